import type { AdminSession } from '../integration/admin-session';
import type { Simulator } from '../simulator';

/** The line that `--json` prints; `HELP` explains each. */
export interface Figures {
  devices: number;
  accepted: number;
  rejected: number;
  unknown: number;
  received: number;
  duplicates: number;
  publishMs: number;
  wallMs: number;
  fresh: number;
  freshMs: number;
  reported: number;
}

/** A push as the plugin's tables tell it. */
export interface PushRecord {
  state: 'running' | 'finished';
  counters: { met: number; accepted: number; rejected: number; unknown: number };
  freshness: { applied: number } | null;
}

export async function readPushes(admin: AdminSession): Promise<PushRecord[]> {
  return (await admin.call<{ data: PushRecord[] }>('GET', '/background-push/pushes')).data;
}

export function sumFigures(
  tokens: readonly string[],
  pushes: readonly PushRecord[],
  simulator: Simulator,
  times: { publishMs: number; wallMs: number; freshMs: number },
  fresh: number,
): Figures {
  const sum = (outcome: 'accepted' | 'rejected' | 'unknown') =>
    pushes.reduce((total, { counters }) => total + counters[outcome], 0);
  const { unique, duplicates } = simulator.summary();
  return {
    devices: tokens.length,
    accepted: sum('accepted'),
    rejected: sum('rejected'),
    unknown: sum('unknown'),
    received: unique,
    duplicates,
    publishMs: Math.round(times.publishMs),
    wallMs: Math.round(times.wallMs),
    fresh,
    freshMs: Math.round(times.freshMs),
    reported: pushes.reduce((total, { freshness }) => total + (freshness?.applied ?? 0), 0),
  };
}

/** @returns in which ways the plugin's account and APNs' differ from one valid push for each device; empty: in none */
export function findDisagreements(tokens: readonly string[], figures: Figures, simulator: Simulator): string[] {
  const reached = simulator.accepted();
  const missed = tokens.filter((token) => !reached.has(token)).length;
  const strangers = [...reached.keys()].filter((token) => !tokens.includes(token)).length;
  // The credential check asks with an impossible token, before anybody is registered; nothing else may be refused.
  const refused = simulator.log.filter(({ status, token }) => status !== 200 && tokens.includes(token));
  const { devices, accepted, rejected, unknown, duplicates, fresh, reported } = figures;
  return [
    missed > 0 && `${missed} devices got no push.`,
    strangers > 0 && `${strangers} tokens got a push that nobody registered.`,
    duplicates > 0 && `${duplicates} pushes reached a device that had one already.`,
    refused.length > 0 && `APNs refused ${refused.length} requests, the first with ${refused[0].reason}.`,
    accepted !== devices && `The plugin counts ${accepted} accepted, ${devices} devices are registered.`,
    rejected > 0 && `The plugin counts ${rejected} rejected.`,
    fresh !== devices && `${devices - fresh} phones do not hold the article.`,
    reported !== devices && `${reported} devices said that they hold it.`,
    unknown > 0 && `The plugin counts ${unknown} unknown.`,
  ].filter((line) => line !== false);
}
