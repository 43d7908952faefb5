import type { Knex } from 'knex';
import type { FoundOwners, Owner } from '../../content';
import type { Store } from '../../store/store';
import { TABLES, type RelatedRow } from '../../store/tables';
import type { Subject } from './changes';

/** Who showed an entry, and what each held then that tags are made of. */
export interface NotedOwners extends FoundOwners {
  owners: (Owner & Pick<Subject, 'values'>)[];
}

/** What a note is about: an entry that others show, and who did before it changed. */
export interface RelatedNote {
  uid: string;
  documentId: string;
  locale: string | null;
  before: NotedOwners;
  /**
   * Published rows of it that came, less those that went; publishing takes one away and makes another. Two who publish at
   * once may leave two, and whoever shows the entry shows it twice.
   */
  more: number;
}

type StoredOwner = [
  contentType: string,
  documentId: string,
  locale: string | null,
  isReference: 0 | 1,
  values?: [path: string, value: string | null][][],
];

/** A stored note; short, as there may be a thousand owners. */
type Stored = {
  n: number;
  o: StoredOwner[];
  m: string[];
};

/**
 * Notes that an entry has changed which others show. Who shows it afterwards is to be seen only once Strapi has set its
 * relations, after the row itself; so a note is written in Strapi's transaction, and read when changes get their numbers.
 */
export function createRelatedNotes({ store }: { store: Store }) {
  return {
    /**
     * @param act names what is written together
     * @param quiet the editor published without a push
     * @param delayMs the note counts only then, unless `settle` comes before
     */
    async insert(
      trx: Knex.Transaction,
      notes: readonly RelatedNote[],
      { act, quiet, delayMs = 0 }: { act: string; quiet: boolean; delayMs?: number },
    ): Promise<void> {
      for (const { uid, documentId, locale, before, more } of notes) {
        const owners: Stored = {
          n: more,
          o: before.owners.map(storedOwner),
          m: before.tooMany,
        };
        await trx(TABLES.related).insert({
          act,
          content_type: uid,
          document_id: documentId,
          locale,
          owners: JSON.stringify(owners),
          // Not `now`: the store's clock may be set back by a moment before somebody looks.
          due_at: delayMs === 0 ? 0 : store.now() + delayMs,
          quiet: quiet ? 1 : 0,
        });
      }
    },

    /** Takes back the notes of an act that `insert` delayed. */
    async takeBack(trx: Knex.Transaction, act: string): Promise<void> {
      await trx<RelatedRow>(TABLES.related).where({ act }).delete();
    },

    /** Those that count, oldest first. */
    async due(limit: number): Promise<RelatedRow[]> {
      const now = store.now();
      return store.knex<RelatedRow>(TABLES.related).where('due_at', '<=', now).orderBy('id').limit(limit);
    },

    /** @returns whether this call took them all: of several processes that look, one does */
    async take(trx: Knex.Transaction, ids: readonly number[]): Promise<boolean> {
      // By primary key, in one order: whoever inserts a note meanwhile waits for nobody.
      for (const id of ids) {
        if ((await trx<RelatedRow>(TABLES.related).where({ id }).delete()) !== 1) return false;
      }
      return true;
    },
  };
}

function storedOwner({
  contentType,
  documentId,
  locale,
  isReference,
  values,
}: NotedOwners['owners'][number]): StoredOwner {
  const owner: StoredOwner = [contentType, documentId, locale, isReference ? 1 : 0];
  if (values) owner.push(values.map((one) => [...one]));
  return owner;
}

export type RelatedNotes = ReturnType<typeof createRelatedNotes>;

export function readNote(row: Pick<RelatedRow, 'owners'>): Pick<RelatedNote, 'before' | 'more'> {
  // Without `n` it was written by the plugin before this one.
  const { n = 0, o, m } = JSON.parse(row.owners) as Omit<Stored, 'n'> & Partial<Stored>;
  const owners = o.map(([contentType, documentId, locale, isReference, values]) => ({
    contentType,
    documentId,
    locale,
    isReference: isReference === 1,
    ...(values && { values: values.map((one) => new Map(one)) }),
  }));
  return { before: { owners, tooMany: m }, more: n };
}
