import type { Environment } from '../admin-api/contract';
import type { KeyObject } from 'node:crypto';
import type { LaneRow } from '../store/tables';
import { credentialMark, type ConfiguredApp, type Credential } from './configured-app';
import { openKey, type Encryption } from './credentials';

/** What this instance's configuration says of apps. */
export interface Pins {
  /** Whether configuration sets the app up or, with an environment, that lane's credential. */
  isPinned(bundleId: string, environment?: Environment): boolean;
  credential(bundleId: string, environment: Environment): Credential | null;
}

export function createPins(configured: readonly ConfiguredApp[]): Pins {
  const find = (bundleId: string) => configured.find((app) => app.bundleId === bundleId);
  const credential = (bundleId: string, environment: Environment) => find(bundleId)?.[environment] ?? null;
  return {
    credential,
    isPinned: (bundleId, environment) =>
      environment === undefined ? find(bundleId) !== undefined : credential(bundleId, environment) !== null,
  };
}

/**
 * The key of a lane, from this instance's configuration or decrypted.
 *
 * @returns null when there is none that can be used: not set up, not readable, or the row tells of another
 *   configuration than this instance was started with, whose key would not fit the key id
 */
export function keyOfLane(lane: LaneRow, bundleId: string, pins: Pins, encryption: Encryption): KeyObject | null {
  if (lane.credential_source === 'config') {
    const pinned = pins.credential(bundleId, lane.environment);
    return pinned && credentialMark(pinned) === lane.credential_mark ? pinned.key : null;
  }
  return lane.credential === null ? null : openKey(encryption, lane.credential);
}
