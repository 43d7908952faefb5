import type { Environment } from '../admin-api/contract';
import { isSameCredential, type CredentialCheck } from '../apns';
import type { Credential } from './configured-app';

/** The lane whose credential is asked about. */
export interface CheckedLane {
  id: number;
  bundleId: string;
  environment: Environment;
}

export type CheckCredential = (lane: CheckedLane, credential: Credential) => Promise<CredentialCheck>;

export interface CredentialChecksOptions {
  /** Asks APNs; the device's token is that of a registered one, which is woken, or null. */
  ask(lane: CheckedLane, credential: Credential, device: string | null): Promise<CredentialCheck>;
  /** A device of the lane that APNs has accepted before and that may be woken now, or null. */
  deviceOf(laneId: number): Promise<string | null>;
  now: () => number;
}

/** Apple: no more than two or three background pushes an hour to a device. */
const WAKE_AGAIN_AFTER_MS = 1_200_000;

/** One check of a lane at a time, however often it is asked for, and a registered device woken only now and then. */
export function createCredentialChecks({ ask, deviceOf, now }: CredentialChecksOptions): CheckCredential {
  const running = new Map<number, Promise<CredentialCheck>>();
  const proofs = new Map<number, { credential: Credential; at: number; result: CredentialCheck }>();

  async function check(lane: CheckedLane, credential: Credential): Promise<CredentialCheck> {
    const proof = proofs.get(lane.id);
    const isFresh = proof !== undefined && now() - proof.at < WAKE_AGAIN_AFTER_MS;
    const result = await ask(lane, credential, isFresh ? null : await deviceOf(lane.id));
    if (result.proves === 'all') proofs.set(lane.id, { credential, at: now(), result });
    // Where nothing speaks against it, what was proven a few minutes ago still is.
    return result.ok && isFresh && isSameCredential(proof.credential, credential) ? proof.result : result;
  }

  return (lane, credential) => {
    const known = running.get(lane.id);
    if (known) return known;
    const result = check(lane, credential).finally(() => running.delete(lane.id));
    running.set(lane.id, result);
    return result;
  };
}
