import { batches } from '../../store/batches';
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Store } from '../../store/store';
import { TABLES, type IntentRow } from '../../store/tables';
import type { Version } from './versions';

/** Rows per statement: SQLite takes 999 values in one, and a row has eight. */
const BATCH = 100;

/**
 * Where Strapi itself opens no transaction (i18n's copies into other locales, a deleted locale, somebody's
 * `strapi.db.query`), the entry and its change cannot commit together. So it is noted first what is about to be
 * written, and the note goes with the commit of the change. A note that stays behind, because the process died in
 * between, tells a later look where to compare (`look-again.ts`).
 */
export function createIntents({ store }: { store: Store }) {
  async function insert(rows: readonly Omit<IntentRow, 'id' | 'act' | 'at'>[]): Promise<string> {
    const act = randomUUID();
    const at = store.now();
    await store.transaction(async (trx) => {
      for (const some of batches(rows, BATCH))
        await trx(TABLES.intents).insert(some.map((row) => ({ ...row, act, at })));
    });
    return act;
  }

  return {
    /**
     * Notes that these rows are about to change or go.
     * @param marks by row id, what they look like before
     * @returns the name under which `close` finds the notes
     */
    openRows: (uid: string, versions: readonly Version[], marks: ReadonlyMap<number, string>): Promise<string> =>
      insert(
        versions.map(({ id, documentId, locale, published }) => ({
          content_type: uid,
          row_id: id,
          document_id: documentId,
          locale,
          published: published ? 1 : 0,
          row_mark: marks.get(id) ?? null,
        })),
      ),

    /** Notes that rows above `newestId` are about to be created. @returns as `openRows` */
    openCreation: (uid: string, newestId: number): Promise<string> =>
      insert([
        {
          content_type: uid,
          row_id: newestId,
          document_id: null,
          locale: null,
          published: 0,
          row_mark: null,
        },
      ]),

    async close(trx: Knex.Transaction, act: string): Promise<void> {
      await trx<IntentRow>(TABLES.intents).where({ act }).delete();
    },

    /** @returns whether this call took the note away: of several processes that look, one does */
    async take(trx: Knex.Transaction, id: number): Promise<boolean> {
      return (await trx<IntentRow>(TABLES.intents).where({ id }).delete()) === 1;
    },

    /** Notes older than `ms` with a higher id than `after`, in order of id. */
    async olderThan(ms: number, after: number, limit: number): Promise<IntentRow[]> {
      const notes = store
        .knex<IntentRow>(TABLES.intents)
        .where('at', '<', store.now() - ms)
        .andWhere('id', '>', after);
      return notes.orderBy('id').limit(limit);
    },
  };
}

export type Intents = ReturnType<typeof createIntents>;
