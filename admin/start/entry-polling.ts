import type { Entry, LaneNews } from '../../server/admin-api/contract';

const MOVING_MS = 2_000;
const REPORTING_MS = 10_000;
/** How long after a push phones may still say that they have the content. */
const REPORTS_MS = 120_000;

/** When the entry's panel is worth looking at again, in ms; 0: nothing moves. */
export function lookAgainMs({ forecast, news }: Entry): number {
  const { now } = forecast;
  const moves = (news?.lanes ?? []).map((lane) => movesIn(lane, now));
  const turns = forecast.lanes.flatMap(({ kind, at }) => (kind === 'wakes' || at === null ? [] : [until(at, now)]));
  const next = Math.min(...[...moves, ...turns].filter((ms) => ms > 0));
  return Number.isFinite(next) ? next : 0;
}

function movesIn({ state, departure, push }: LaneNews, now: number): number {
  if (state === 'numbering' || state === 'sending') return MOVING_MS;
  if (state === 'waiting') {
    if (departure === null || departure.kind === 'paused' || departure.kind === 'disabled') return 0;
    return departure.at === null ? MOVING_MS : until(departure.at, now);
  }
  const isRecent = push !== null && push.freshness !== null && now - (push.finishedAt ?? now) < REPORTS_MS;
  return isRecent ? REPORTING_MS : 0;
}

const until = (at: number, now: number): number => Math.max(MOVING_MS, at - now);
