/** What a push said. It is a hint: what counts is what the feed answers. */
export interface ContentPush {
  epoch: string;
  /** It announces what came after this revision … */
  since: number;
  /** … up to this one. */
  rev: number;
  /** Seconds over which those whom it woke are to spread their requests; 0: none. */
  spread: number;
  /** Share of the devices that are to say what they hold. */
  report: number;
}

/**
 * Reads a push.
 *
 * @param payload the payload as the system hands it over: an object with `content`, `content` itself, or either as text
 * @returns null when the push is none of this server's
 */
export function parsePush(payload: unknown): ContentPush | null {
  const outer = objectOf(payload);
  const content = objectOf(outer?.content) ?? outer;
  if (!content) return null;
  const { epoch, since, rev, spread, report } = content;
  if (typeof epoch !== 'string' || !isRev(rev)) return null;
  return {
    epoch,
    since: isRev(since) && since <= rev ? since : rev,
    rev,
    spread: shareOf(spread, MOST_SPREAD_S),
    report: shareOf(report, 1),
  };
}

/** What Apple gives a woken app, in seconds. */
const MOST_SPREAD_S = 30;

export const isRev = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const shareOf = (value: unknown, most: number): number =>
  typeof value === 'number' && value > 0 ? Math.min(value, most) : 0;

/** Some frameworks hand over JSON as text. */
function objectOf(value: unknown): Record<string, unknown> | null {
  if (typeof value === 'string') {
    try {
      return objectOf(JSON.parse(value) as unknown);
    } catch {
      return null;
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
