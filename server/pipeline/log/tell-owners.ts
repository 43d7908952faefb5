import type { Registry } from '../../apps/registry';
import { batches } from '../../store/batches';
import type { Store } from '../../store/store';
import { TABLES, type RelatedRow } from '../../store/tables';
import { toRelatedChanges, toTypeRefresh, type NewChange } from './changes';
import type { FoundOwners, Owner, Owners } from '../../content';
import type { TagValues } from './tag-values';
import { readNote, type NotedOwners, type RelatedNotes } from './related-notes';

/** Notes read at a time. */
const BATCH = 100;
/** Rows per statement: SQLite takes 999 values in one, and a row has twelve. */
const ROWS = 80;

export interface TellOwnersOptions {
  store: Store;
  registry: Registry;
  owners: Owners;
  notes: RelatedNotes;
  tagValues: TagValues;
}

/** Logs a change for each published entry that shows what was noted as changed, before or now. */
export function createTellOwners({ store, registry, owners, notes, tagValues }: TellOwnersOptions) {
  async function changesOf(rows: readonly RelatedRow[]): Promise<NewChange[]> {
    const told = new Map<string, ToldOwner>();
    const tooMany = new Map<string, boolean>();
    for (const group of byEntry(rows)) {
      const [{ content_type: uid, document_id: documentId, locale }] = group;
      const noted = group.map(readNote);
      const before = noted.map((note) => note.before);
      const after = documentId === '' ? NOBODY : await owners.ofDocument(uid, documentId, locale);
      const quiet = group.every((note) => note.quiet === 1);
      for (const type of [...before, after].flatMap((found) => found.tooMany)) {
        tooMany.set(type, quiet && tooMany.get(type) !== false);
      }
      // Within one transaction nobody saw anything in between.
      const atOnce = new Set(group.map(({ act }) => act)).size === 1;
      const asMany = noted.reduce((sum, { more }) => sum + more, 0) === 0;
      for (const owner of concerned(
        before.flatMap((found) => found.owners),
        after.owners,
        atOnce && asMany,
      )) {
        const known = told.get(keyOf(owner));
        told.set(keyOf(owner), { ...together(known, owner), quiet: quiet && known?.quiet !== false });
      }
    }
    const types = [...tooMany].flatMap(([uid, quiet]) => toTypeRefresh(uid, registry.listeners(uid), { quiet }));
    const single = [...told.values()].filter(({ contentType }) => !tooMany.has(contentType));
    // The tags that concern are those of the entry that shows what changed: as it was, and as it is.
    const now = (await tagValues.ofOwners(single)).map((owner) => ({
      ...together(told.get(keyOf(owner)), owner),
      quiet: owner.quiet,
    }));
    return [
      ...types,
      ...now.flatMap(({ quiet, ...entry }) =>
        toRelatedChanges(entry, registry.listeners(entry.contentType), { quiet }),
      ),
    ];
  }

  return {
    /** Until no note is left that counts. @throws the database's error; what was noted stays */
    async tell(isOver: () => boolean): Promise<void> {
      while (!isOver()) {
        const rows = await notes.due(BATCH);
        if (rows.length === 0) return;
        const changes = await changesOf(rows);
        await store
          .transaction(async (trx) => {
            const ids = rows.map(({ id }) => id);
            if (!(await notes.take(trx, ids))) throw new TakenError();
            for (const some of batches(changes, ROWS)) await trx(TABLES.changes).insert(some);
          })
          .catch((error: unknown) => {
            if (!(error instanceof TakenError)) throw error;
          });
        if (rows.length < BATCH) return;
      }
    },
  };
}

export type TellOwners = ReturnType<typeof createTellOwners>;

/** Another process tells them. */
class TakenError extends Error {}

const NOBODY: FoundOwners = { owners: [], tooMany: [] };

const keyOf = ({ contentType, documentId, locale }: Owner): string => JSON.stringify([contentType, documentId, locale]);

type NotedOwner = NotedOwners['owners'][number];
/** An owner that is to be told; `quiet`: nobody is to be woken for it. */
type ToldOwner = NotedOwner & { quiet: boolean };

/** The same owner twice, with what it held both times. */
function together(known: NotedOwner | undefined, owner: NotedOwner): NotedOwner {
  const values = [...(known?.values ?? []), ...(owner.values ?? [])];
  return known?.values || owner.values ? { ...owner, values } : owner;
}

/**
 * Whoever showed the entry, or does. Who shows its document id alone shows the same as before when it did and does, as
 * when an author is merely renamed.
 *
 * @param alike nothing could be read between before and after, and there are as many rows of the entry
 */
export function concerned(before: readonly NotedOwner[], after: readonly Owner[], alike: boolean): NotedOwner[] {
  const had = new Set(before.map(keyOf));
  const has = new Set(after.map(keyOf));
  const same = (owner: Owner) => alike && had.has(keyOf(owner)) && has.has(keyOf(owner));
  return [...before, ...after].filter((owner) => !owner.isReference || !same(owner));
}

/** Notes about the same entry, together. */
function byEntry(rows: readonly RelatedRow[]): [RelatedRow, ...RelatedRow[]][] {
  const groups = new Map<string, [RelatedRow, ...RelatedRow[]]>();
  for (const row of rows) {
    const key = JSON.stringify([row.content_type, row.document_id, row.locale]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
