import { randomUUID } from 'node:crypto';
import { createApnsClient, type ApnsClientOptions } from './client';
import type { ClientState } from './client-types';
import { createNotification } from './notification';
import type { Outcome } from './outcome';
import { ruleOfRefusal, type ReasonClass } from './reasons';

/** What asking APNs about a credential showed. */
export interface CredentialCheck {
  /** Whether key, key id and team id are good. */
  ok: boolean;
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
  'connections' | 'streams' | 'onEvent' | 'backOff' | 'idleMs'
> {
  /** The app's bundle id. */
  topic: string;
}

/** No device has it: nobody is woken, whatever APNs says. */
const IMPOSSIBLE_TOKEN = '0'.repeat(64);
const LIFETIME_MS = 60_000;

/** Answers about the device token: APNs looks at it after it has accepted the provider token. */
const PROVING: ReadonlySet<ReasonClass> = new Set(['accepted', 'suspect', 'retire']);

const GOOD =
  'APNs accepts key, key id and team id. This does not prove that the bundle id is right: APNs tells that only about a real device.';
const GOOD_REMEDY = 'Nothing to do. Send a test push to a registered device to try the rest.';
const UNREACHABLE_REMEDY =
  'Check that this server reaches that host and port (APNs also listens on 2197), DNS, firewall and proxy. The credential was not tried.';
const AGAIN_REMEDY = 'Try again.';

/**
 * Asks APNs whether it accepts a credential, with one push to a device that cannot exist, on a connection of its own.
 * Never rejects for what APNs or the network does.
 *
 * @throws TypeError when an option is wrong, as `createApnsClient` does
 */
export async function checkCredential({ topic, ...options }: CredentialCheckOptions): Promise<CredentialCheck> {
  const giveUp = new AbortController();
  const client = createApnsClient({
    ...options,
    connections: 1,
    streams: 1,
    // The first failure is the answer.
    onEvent: ({ type }) => {
      if (type === 'failed') giveUp.abort();
    },
  });
  try {
    await client.ready(giveUp.signal);
    if (client.room === 0) return explainState(client.state);
    const now = options.now ?? Date.now;
    const outcome = await new Promise<Outcome>((settle) => {
      client.send({
        notification: createNotification({ topic, payload: {}, expiresAt: now() + LIFETIME_MS }),
        token: IMPOSSIBLE_TOKEN,
        apnsId: randomUUID(),
        settle,
      });
    });
    return explainOutcome(outcome, client.state);
  } finally {
    await client.close(0);
  }
}

function explainState({ error }: ClientState): CredentialCheck {
  const code = error?.code ?? 'unreachable';
  const message = error?.message ?? 'APNs cannot be reached.';
  return { ok: false, code, status: null, reason: null, message, remedy: UNREACHABLE_REMEDY };
}

function explainOutcome(outcome: Outcome, state: ClientState): CredentialCheck {
  if (outcome.kind === 'accepted') {
    return { ok: true, code: 'accepted', status: 200, reason: null, message: GOOD, remedy: GOOD_REMEDY };
  }
  if (outcome.kind === 'rejected') {
    const { status, reason } = outcome;
    const rule = ruleOfRefusal(outcome);
    const ok = PROVING.has(rule.class);
    const [message, remedy] = ok ? [GOOD, GOOD_REMEDY] : [rule.meaning, rule.remedy];
    return { ok, code: reason || `http-${status}`, status, reason, message, remedy };
  }
  if (state.error) return explainState(state);
  const message = 'APNs took the question and did not answer.';
  return { ok: false, code: outcome.cause, status: null, reason: null, message, remedy: AGAIN_REMEDY };
}
