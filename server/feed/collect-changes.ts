import type { Knex } from 'knex';
import type { Store } from '../store/store';
import { TABLES, type ChangeRow } from '../store/tables';
import { MAX_PAYLOAD_BYTES } from '../apns';
import { entryKey, type PayloadChange, type RangeSummary } from './payload';

/** Rows read at a time. */
const PAGE = 1_000;

/** No change is shorter than `["t","d",null,"delete"],`, so more entries than this cannot fit a payload. */
const MAX_ENTRIES = Math.ceil(MAX_PAYLOAD_BYTES / '["t","d",null,"delete"],'.length);

/** No content type is shorter than `"t",`. */
const MAX_TYPES = Math.ceil(MAX_PAYLOAD_BYTES / '"t",'.length);

/**
 * What the log holds in (`since`, `rev`], for a payload. Memory does not depend on the range: once more entries are
 * found than a payload could hold, only content types are asked for.
 *
 * @param store the store; inside a transaction `{ knex: trx }`
 */
export async function collectChanges(
  { knex: db }: Pick<Store, 'knex'>,
  appId: number,
  since: number,
  rev: number,
): Promise<RangeSummary> {
  const entries = new Map<string, PayloadChange>();
  // Backwards, so that the first action met for an entry is its last.
  for (let upTo = rev; upTo > since; upTo -= PAGE) {
    const rows = await db<ChangeRow>(TABLES.changes)
      .where({ app_id: appId })
      .where('rev', '>', Math.max(since, upTo - PAGE))
      .where('rev', '<=', upTo)
      .orderBy('rev', 'desc')
      .select('content_type', 'document_id', 'locale', 'action');
    for (const row of rows) {
      const change = toPayloadChange(row);
      if (change === 'refresh') return { rung: 'refresh' };
      if (change === 'types') return collectTypes(db, appId, since, rev);
      const key = entryKey(change);
      if (!entries.has(key)) entries.set(key, change);
    }
    if (entries.size > MAX_ENTRIES) return collectTypes(db, appId, since, rev);
  }
  return { rung: 'changes', changes: [...entries.values()].reverse() };
}

async function collectTypes(db: Knex, appId: number, since: number, rev: number): Promise<RangeSummary> {
  const inRange = (query: Knex.QueryBuilder) =>
    void query.where({ app_id: appId }).where('rev', '>', since).where('rev', '<=', rev);
  const refresh: unknown = await db<ChangeRow>(TABLES.changes)
    .modify(inRange)
    .where({ action: 'refresh' })
    .whereNull('content_type')
    .first('id');
  if (refresh) return { rung: 'refresh' };
  const rows = (await db<ChangeRow>(TABLES.changes)
    .modify(inRange)
    .distinct('content_type')
    .limit(MAX_TYPES + 1)) as Pick<ChangeRow, 'content_type'>[];
  if (rows.length > MAX_TYPES || rows.some((row) => row.content_type === null)) return { rung: 'refresh' };
  return { rung: 'types', types: rows.map((row) => row.content_type as string) };
}

/** A change that names no entry concerns all of its type, or everything. */
export function toPayloadChange(
  row: Pick<ChangeRow, 'content_type' | 'document_id' | 'locale' | 'action'>,
): PayloadChange | 'refresh' | 'types' {
  if (row.content_type === null) return 'refresh';
  if (row.action === 'refresh' || row.document_id === null) return 'types';
  return [row.content_type, row.document_id, row.locale, row.action];
}
