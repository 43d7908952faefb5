import { batches } from '../../store/batches';
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';
import type { Registry } from '../../apps/registry';
import { insertedId } from '../../store/inserted-id';
import { logRefresh } from '../../store/log-refresh';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow } from '../../store/tables';
import type { Bell } from '../bell';
import { failpoint } from '../failpoint';
import { toChanges, type NewChange, type Subject } from './changes';
import type { Intents } from './intents';
import { chosenIn } from './choice';
import { afterCommit, currentTransaction } from './transaction';

/** Rows per statement: SQLite takes 999 values in one, and a row has twelve. */
const BATCH = 80;
/** Up to so many rows are inserted one by one, so that their ids are known. */
const ONE_BY_ONE = 20;

export interface ChangeLogOptions {
  strapi: Core.Strapi;
  store: Store;
  registry: Registry;
  intents: Intents;
  bell: Bell;
}

/**
 * Writes changes of entries: within a transaction of Strapi's as plain statements of that transaction, so that both
 * commit or neither does; elsewhere in a transaction of its own, together with the end of the notes that were taken.
 * No savepoint, and nothing swallowed: on PostgreSQL a swallowed error turns the editor's COMMIT into a ROLLBACK
 * without a word, and bulk publishing runs its documents side by side in one transaction, where a savepoint would
 * catch a sibling's statements.
 */
export function createChangeLog({ strapi, store, registry, intents, bell }: ChangeLogOptions) {
  /** The rows that a transaction has inserted so far, by what they are about. */
  const written = new WeakMap<object, Map<string, Promise<number>>>();

  /** What the entries held of which a transaction has logged changes so far, where tags are made of that. */
  const held = new WeakMap<object, Map<string, Subject['values']>>();

  /** Publishing takes the old row away first: by the new one alone, who follows its old category would not be told. */
  function withWhatWasHeld(trx: Knex.Transaction, subject: Subject): Subject {
    if (subject.values === undefined) return subject;
    const known = held.get(trx) ?? new Map<string, Subject['values']>();
    held.set(trx, known);
    const key = JSON.stringify([subject.contentType, subject.documentId, subject.locale]);
    const before = known.has(key) ? (known.get(key) ?? null) : [];
    const values = before === null || subject.values === null ? null : [...before, ...subject.values];
    known.set(key, values);
    return { ...subject, values };
  }

  /**
   * Publishing deletes the published row and creates another: to apps that is one change, so a transaction keeps one
   * row per app, document and locale, and the last action wins. By primary key, and only rows that nobody else sees yet.
   */
  async function writeRows(trx: Knex.Transaction, rows: readonly NewChange[]): Promise<void> {
    const known = written.get(trx) ?? new Map<string, Promise<number>>();
    written.set(trx, known);
    const fresh: NewChange[] = [];
    for (const row of rows) {
      const id = known.get(keyOf(row));
      if (id === undefined) {
        fresh.push(row);
        continue;
      }
      const { action, wakes, audience, tags, choice, chosen_by: by } = row;
      const written = { id: await id };
      const changed = { action, wakes, audience, tags, choice, chosen_by: by };
      await trx<ChangeRow>(TABLES.changes).where(written).update(changed);
    }
    if (fresh.length > ONE_BY_ONE) return insertAll(trx, fresh);
    for (const row of fresh) {
      const id = insertedId(store, trx(TABLES.changes).insert(row));
      known.set(keyOf(row), id);
      id.catch(() => known.delete(keyOf(row)));
      await id;
    }
  }

  async function insertAll(trx: Knex.Transaction, rows: readonly NewChange[]): Promise<void> {
    for (const some of batches(rows, BATCH)) await trx(TABLES.changes).insert(some);
  }

  async function commit(notes: string | null, work: (trx: Knex.Transaction) => Promise<void>): Promise<void> {
    const trx = await currentTransaction(strapi);
    if (trx) {
      await work(store.within(trx));
      failpoint('after-log-insert');
      return afterCommit(strapi, () => {
        failpoint('after-commit');
        bell.ring();
      });
    }
    await store.transaction(async (own) => {
      await work(own);
      if (notes !== null) await intents.close(own, notes);
    });
    bell.ring();
  }

  return {
    /**
     * @param notes what `intents` gave out before the write; null: none were taken
     * @throws the database's error; in a transaction of Strapi's it must reach Strapi, which then rolls back
     */
    async write(subjects: readonly Subject[], notes: string | null): Promise<void> {
      const makesTags = subjects.some(({ values }) => values !== undefined);
      const trx = makesTags ? await currentTransaction(strapi) : null;
      const chosen = chosenIn(strapi);
      const rows = subjects.flatMap((subject) =>
        toChanges(trx ? withWhatWasHeld(trx, subject) : subject, registry.listeners(subject.contentType), chosen),
      );
      if (rows.length === 0 && notes === null) return;
      await commit(notes, (own) => writeRows(own, rows));
    },

    /** Tells the apps that hear of a content type to look for themselves. @throws as `write` */
    async refresh(uid: string, notes: string | null): Promise<void> {
      const listeners = registry.listeners(uid);
      const appIds = [...new Set(listeners.map(({ appId }) => appId))];
      const wakes = listeners.some(({ wakeOn }) => wakeOn.has('publish'));
      await commit(notes, (trx) => logRefresh(trx, appIds, { wakes }));
    },
  };
}

export type ChangeLog = ReturnType<typeof createChangeLog>;

const keyOf = (row: NewChange): string => JSON.stringify([row.app_id, row.content_type, row.document_id, row.locale]);
