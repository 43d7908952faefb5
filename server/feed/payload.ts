import { MAX_PAYLOAD_BYTES, payloadBytes } from '../apns';
import type { Aps } from '../apns/payload';
import type { ChangeAction } from '../store/tables';

/** The version of `content`; apps ignore one they do not know and ask the feed. */
const CONTENT_VERSION = 1;

/** Apple gives a woken app 30 seconds. */
export const MAX_SPREAD_S = 30;

/** What a push says of one change: content type, document, locale, action. */
export type PayloadChange = readonly [
  contentType: string,
  documentId: string,
  locale: string | null,
  action: Exclude<ChangeAction, 'refresh'>,
];

/** What is known of a range of the log: every change, merged; only its content types; or that all must be fetched. */
export type RangeSummary =
  | { rung: 'changes'; changes: readonly PayloadChange[] }
  | { rung: 'types'; types: readonly string[] }
  | { rung: 'refresh' };

/** How much a payload tells, from most to least. */
export type PayloadRung = RangeSummary['rung'];

export interface PayloadInput {
  /** The app's own keys, which `checkCustomKeys` found no fault with. */
  customKeys: Readonly<Record<string, unknown>>;
  epoch: string;
  /** The push announces the changes in (`since`, `rev`]. */
  since: number;
  rev: number;
  changes: RangeSummary;
  /** The feed's floor: an app at `since` below it cannot ask the feed. */
  floor: number;
  /** Over how many seconds apps should spread what they ask; 0 or absent: at once. */
  spread?: number;
  /** Which share of the devices is asked to say what they hold; 0 or absent: none. */
  report?: number;
}

/** What stands under `content` in a payload: the range that the push announces, and what is told of it. */
export type PushContent = {
  v: typeof CONTENT_VERSION;
  /** The life of the log that `since` and `rev` count in. */
  epoch: string;
  /** The push announces the changes in (`since`, `rev`]. */
  since: number;
  rev: number;
  /** Over how many seconds to spread what is asked of the server; absent: no need. */
  spread?: number;
  /** Which share of the devices should say afterwards what they hold (`PUT /devices/:id`); absent: none. */
  report?: number;
} & (
  | { changes: readonly PayloadChange[] }
  /** The content types of the changes, where the changes do not fit. */
  | { types: readonly string[] }
  /** Fetch everything. */
  | { refresh: 'all' }
);

/** The custom keys and `content`. */
interface OwnKeys {
  content: PushContent;
  [customKey: string]: unknown;
}

/** The JSON that a device gets. */
export interface BackgroundPushPayload extends OwnKeys {
  aps: Aps;
}

export interface Payload {
  /** Without `aps`, which the sender adds. */
  payload: OwnKeys;
  /** UTF-8 bytes of the whole JSON, `aps` included. */
  bytes: number;
  rung: PayloadRung;
}

/**
 * The payload of a push, as telling as 4,096 bytes allow: the changes, or their content types, or that everything is
 * to be fetched. Nothing is ever left out without the rung saying so.
 *
 * @throws RangeError when the custom keys leave no room for the last rung: they were not checked
 */
export function buildPayload({
  customKeys,
  epoch,
  since,
  rev,
  changes,
  floor,
  spread = 0,
  report = 0,
}: PayloadInput): Payload {
  const summary: RangeSummary = since < floor ? { rung: 'refresh' } : changes;
  const asking = rungsFrom(summary).map((rung) => ({ rung, report }));
  // Custom keys may fill what is left beside `refresh`: then nobody is asked anything.
  for (const { rung, report } of [...asking, { rung: { rung: 'refresh' } as const, report: 0 }]) {
    const payload = { ...customKeys, content: toContent({ epoch, since, rev, spread, report }, rung) };
    const bytes = payloadBytes(payload);
    if (bytes <= MAX_PAYLOAD_BYTES) return { payload, bytes, rung: rung.rung };
  }
  throw new RangeError(`The custom keys leave no room for "content" in a payload of ${MAX_PAYLOAD_BYTES} bytes.`);
}

/** What stands under `content`. */
export function toContent(
  { epoch, since, rev, spread, report }: Required<Pick<PayloadInput, 'epoch' | 'since' | 'rev' | 'spread' | 'report'>>,
  summary: RangeSummary,
): PushContent {
  return {
    v: CONTENT_VERSION,
    epoch,
    since,
    rev,
    ...(spread > 0 && { spread }),
    ...(report > 0 && { report }),
    ...toMember(summary),
  };
}

/** Merges changes by content type, document and locale; the last action wins and stands where it happened. */
export function mergeChanges(changes: Iterable<PayloadChange>): PayloadChange[] {
  const byEntry = new Map<string, PayloadChange>();
  for (const change of changes) {
    const key = entryKey(change);
    byEntry.delete(key);
    byEntry.set(key, change);
  }
  return [...byEntry.values()];
}

/** What makes two changes concern the same entry. */
export function entryKey([contentType, documentId, locale]: PayloadChange): string {
  return JSON.stringify([contentType, documentId, locale]);
}

function rungsFrom(summary: RangeSummary): RangeSummary[] {
  switch (summary.rung) {
    case 'changes': {
      const changes = mergeChanges(summary.changes);
      const types = changes.map(([contentType]) => contentType);
      return [{ rung: 'changes', changes }, ...rungsFrom({ rung: 'types', types })];
    }
    case 'types':
      return [{ rung: 'types', types: [...new Set(summary.types)].sort() }, { rung: 'refresh' }];
    case 'refresh':
      return [{ rung: 'refresh' }];
  }
}

function toMember(summary: RangeSummary) {
  switch (summary.rung) {
    case 'changes':
      return { changes: summary.changes };
    case 'types':
      return { types: summary.types };
    case 'refresh':
      return { refresh: 'all' as const };
  }
}
