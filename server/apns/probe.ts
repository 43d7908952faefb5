import { randomUUID } from 'node:crypto';
import { createApnsClient, type ApnsClientOptions } from './client';
import type { ClientState } from './client-types';
import { createNotification } from './notification';
import type { Outcome } from './outcome';
import { ruleOfRefusal, type ReasonClass } from './reasons';

/** What asking APNs about a credential showed. */
export interface CredentialCheck {
  /** Whether APNs found no fault with key, key id and team id. */
  ok: boolean;
  /**
   * What that is worth. `all`: APNs took a push to a registered device, so key, team and bundle id are good ·
   * `no-fault`: it found fault only with a device that cannot exist. Apple does not document that APNs looks at the
   * provider token first, so this shows much and proves nothing · `nothing`: it found fault with more, or did not answer.
   */
  proves: 'all' | 'no-fault' | 'nothing';
  /** Apple's reason, a ConnectErrorCode, or `accepted`, `unsent`, `unknown`, `timeout`; `http-<status>` without a reason. */
  code: string;
  /** Null where there was no answer. */
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}

export interface CredentialCheckOptions extends Omit<
  ApnsClientOptions,
  'connections' | 'streams' | 'onFailed' | 'backOff' | 'idleMs'
> {
  /** The app's bundle id. */
  topic: string;
  /** The token of a registered device, which is woken if APNs finds no fault before; null: there is none to be woken. */
  device: string | null;
}

/** No device has it: nobody is woken, whatever APNs says. */
const IMPOSSIBLE_TOKEN = '0'.repeat(64);
const LIFETIME_MS = 60_000;

/** Answers about the device token, and so none about the rest. */
const ABOUT_THE_DEVICE: ReadonlySet<ReasonClass> = new Set(['accepted', 'suspect', 'retire']);

const NO_FAULT =
  'APNs found no fault with key, key id and team id when it refused a device that cannot exist. That is no proof: Apple does not say that it looks at the key first, and nothing is said about the bundle id.';
const NO_FAULT_REMEDY = 'Nothing to do. Send a test push to a registered device for proof.';
const ALL = 'APNs took a push to a registered device: key, key id, team id and bundle id are good.';
const ALL_REMEDY = 'Nothing to do.';
const UNREACHABLE_REMEDY =
  'Check that this server reaches that host and port (APNs also listens on 2197), DNS, firewall and proxy. The credential was not tried.';
const AGAIN_REMEDY = 'Try again.';

/**
 * Asks APNs whether it accepts a credential, on a connection of its own: with a push to a device that cannot exist, and,
 * if APNs finds fault with nothing else, with one to a registered device. Never rejects for what APNs or the network does.
 *
 * @throws TypeError when an option is wrong, as `createApnsClient` does
 */
export async function checkCredential({ topic, device, ...options }: CredentialCheckOptions): Promise<CredentialCheck> {
  const giveUp = new AbortController();
  const client = createApnsClient({
    ...options,
    connections: 1,
    streams: 1,
    // The first failure is the answer.
    onFailed: () => giveUp.abort(),
  });
  const now = options.now ?? Date.now;

  async function ask(token: string): Promise<CredentialCheck> {
    await client.ready(giveUp.signal);
    if (client.room === 0) return explainState(client.state);
    const notification = createNotification({ topic, payload: {}, expiresAt: now() + LIFETIME_MS });
    const outcome = await new Promise<Outcome>((settle) => {
      client.send({ notification, token, apnsId: randomUUID(), settle });
    });
    return explainOutcome(outcome, client.state);
  }

  try {
    const first = await ask(IMPOSSIBLE_TOKEN);
    if (device === null || first.proves !== 'no-fault') return first;
    const second = await ask(device);
    if (second.code === 'accepted') return { ...second, proves: 'all', message: ALL, remedy: ALL_REMEDY };
    // What is wrong with the device alone, or with the way to APNs by now, takes nothing back.
    return second.ok || second.status === null ? first : second;
  } finally {
    await client.close(0);
  }
}

function explainState({ error }: ClientState): CredentialCheck {
  const code = error?.code ?? 'unreachable';
  const message = error?.message ?? 'APNs cannot be reached.';
  return { ...REFUSED, code, message, remedy: UNREACHABLE_REMEDY };
}

const REFUSED = { ok: false, proves: 'nothing', status: null, reason: null } as const;
const PASSED = { ok: true, proves: 'no-fault', message: NO_FAULT, remedy: NO_FAULT_REMEDY } as const;

function explainOutcome(outcome: Outcome, state: ClientState): CredentialCheck {
  if (outcome.kind === 'accepted') return { ...PASSED, code: 'accepted', status: 200, reason: null };
  if (outcome.kind === 'rejected') {
    const { status, reason } = outcome;
    const { class: reasonClass, meaning, remedy } = ruleOfRefusal(outcome);
    const answer = { code: reason || `http-${status}`, status, reason };
    if (ABOUT_THE_DEVICE.has(reasonClass)) return { ...PASSED, ...answer };
    return { ...REFUSED, ...answer, message: meaning, remedy };
  }
  if (state.error) return explainState(state);
  const message = 'APNs took the question and did not answer.';
  return { ...REFUSED, code: outcome.cause, message, remedy: AGAIN_REMEDY };
}
