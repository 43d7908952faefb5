import type { BackgroundRefresh, Departure, Diagnosis, Pause } from '../../admin-api/contract';
import { NOT_SEEN_MS } from '../../devices';

export interface DiagnosisFacts {
  now: number;
  sending: boolean;
  confirmed: boolean;
  appEnabled: boolean;
  setUp: boolean;
  pauses: readonly Pick<Pause, 'code' | 'at'>[];
  /** APNs refuses the lane, which is asked again then; null: it does not. */
  probation: { code: string; nextAt: number } | null;
  departure: Departure;
  /** What the lane's devices were told up to, and the newest revision. */
  announced: number;
  head: number;
  device: {
    accepted: boolean;
    refusals: number;
    refusedAt: number | null;
    goneAt: number | null;
    seenAt: number;
    backgroundRefresh: BackgroundRefresh | null;
    /** In the app's present log; null: it did not say. */
    appliedRev: number | null;
  };
  /** The reason of the last refusal of its token that is kept; null: none is. */
  refusal: { reason: string; at: number } | null;
  /** The lane's latest push since it registered; null: there was none. */
  lastPush: { id: number; running: boolean; meant: boolean } | null;
  /** Up to where the latest push announced that is meant for it; null: there was none. */
  meantUpTo: number | null;
}

/** What APNs says of a token of the other environment, and of a key that serves only the other one. */
const OF_ANOTHER_ENVIRONMENT = new Set(['BadDeviceToken', 'BadEnvironmentKeyIdInToken', 'BadEnvironmentKeyInToken']);

/** Why a device does not wake, or that it does. Pure, so that every case is one row of a test. */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  return (
    ofEverybody(facts) ?? ofToken(facts) ?? ofLane(facts) ?? ofDevice(facts) ?? ofDeparture(facts) ?? ofPushes(facts)
  );
}

function ofEverybody({ sending, confirmed, appEnabled, setUp }: DiagnosisFacts): Diagnosis | null {
  if (!sending) return { code: 'sending-off', params: {} };
  if (!confirmed) return { code: 'instance-unconfirmed', params: {} };
  if (!appEnabled) return { code: 'app-disabled', params: {} };
  if (!setUp) return { code: 'lane-not-set-up', params: {} };
  return null;
}

function ofToken({ device, refusal }: DiagnosisFacts): Diagnosis | null {
  const { accepted, refusals, refusedAt, goneAt } = device;
  if (goneAt !== null) return { code: 'called-gone', params: { at: goneAt } };
  // An acceptance takes back what was counted before it; the sample of it stays a while.
  if (refusals === 0 && (accepted || refusal === null)) return null;
  if (!accepted && refusal && OF_ANOTHER_ENVIRONMENT.has(refusal.reason)) {
    return { code: 'wrong-environment', params: { reason: refusal.reason } };
  }
  const at = refusal?.at ?? refusedAt;
  const params = {
    refusals: Math.max(1, refusals),
    ...(refusal && { reason: refusal.reason }),
    ...(at !== null && { at }),
  };
  return { code: 'token-refused', params };
}

function ofLane({ pauses: [pause], probation }: DiagnosisFacts): Diagnosis | null {
  if (pause) return { code: 'lane-paused', params: { code: pause.code, at: pause.at } };
  if (probation) return { code: 'lane-refused', params: { code: probation.code, at: probation.nextAt } };
  return null;
}

function ofDevice({ now, device, head }: DiagnosisFacts): Diagnosis | null {
  const { backgroundRefresh, appliedRev, seenAt } = device;
  if (backgroundRefresh === 'denied') return { code: 'background-refresh-denied', params: {} };
  if (backgroundRefresh === 'restricted') return { code: 'background-refresh-restricted', params: {} };
  if (appliedRev !== null && appliedRev >= head) return { code: 'holds-newest', params: { rev: appliedRev } };
  if (now - seenAt >= NOT_SEEN_MS) return { code: 'not-seen', params: { at: seenAt } };
  return null;
}

/** What is to come explains only what no push announced before. */
function ofDeparture({ departure, lastPush, announced, device }: DiagnosisFacts): Diagnosis | null {
  if (device.appliedRev !== null && device.appliedRev < announced) return null;
  if (lastPush?.running && lastPush.meant) return { code: 'push-under-way', params: { pushId: lastPush.id } };
  const { kind, at } = departure;
  if (at === null) return null;
  if (kind === 'budget') return { code: 'budget-spent', params: { at } };
  if (kind === 'quiet' || kind === 'now') return { code: 'push-waits', params: { at } };
  return null;
}

function ofPushes({ lastPush, meantUpTo, device, head }: DiagnosisFacts): Diagnosis {
  const { appliedRev, accepted } = device;
  if (lastPush === null) return { code: 'nothing-pushed', params: {} };
  if (!lastPush.meant) return { code: 'not-in-audience', params: { pushId: lastPush.id } };
  if (!accepted) return { code: 'never-accepted', params: {} };
  if (appliedRev === null) return { code: 'says-nothing', params: {} };
  if (appliedRev >= (meantUpTo ?? 0)) return { code: 'holds-what-was-pushed', params: { rev: appliedRev } };
  return { code: 'behind', params: { rev: appliedRev, head } };
}
