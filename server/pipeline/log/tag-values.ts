import type { Listener, Registry } from '../../apps/registry';
import { pathsOf, readEntryValues, type EntryValues, type TagSource } from '../../triggers/entry-values';
import type { Subject } from './changes';
import type { Compared, Version } from './versions';

/** What rows hold that tags are made of, by row id. */
export type RowValues = ReadonlyMap<number, EntryValues>;

export interface TagValuesOptions {
  registry: Registry;
  source: TagSource & {
    /** The published rows of these documents. */
    rowsOf(uid: string, documentIds: readonly string[]): Promise<Pick<Version, 'id' | 'documentId' | 'locale'>[]>;
  };
}

/** Reads of entries what triggers make tags of; where none makes any, nothing. */
export function createTagValues({ registry, source }: TagValuesOptions) {
  const known = new WeakMap<readonly Listener[], readonly string[]>();

  function pathsOfType(uid: string): readonly string[] {
    const listeners = registry.listeners(uid);
    const paths = known.get(listeners) ?? pathsOf(listeners.flatMap(({ templates }) => templates));
    known.set(listeners, paths);
    return paths;
  }

  const makesTags = (uid: string): boolean => registry.listeners(uid).some(({ audience }) => audience === 'tags');

  async function ofEntries<Entry extends Pick<Subject, 'documentId' | 'locale'>>(
    uid: string,
    entries: readonly Entry[],
  ): Promise<(Entry & Pick<Subject, 'values'>)[]> {
    const rows = await source.rowsOf(uid, [...new Set(entries.map(({ documentId }) => documentId))]);
    const ids = rows.map(({ id }) => id);
    const values = await readEntryValues(source, uid, ids, pathsOfType(uid));
    const byEntry = new Map<string, EntryValues[]>();
    for (const row of rows) {
      byEntry.set(keyOf(row), [...(byEntry.get(keyOf(row)) ?? []), values.get(row.id) ?? new Map<string, null>()]);
    }
    return entries.map((entry) => ({ ...entry, values: byEntry.get(keyOf(entry)) ?? [] }));
  }

  return {
    /** Whether a trigger of the type makes tags of its entries. */
    makesTags,

    /** Of the published rows among them. @throws the database's error */
    async of(uid: string, versions: readonly Version[]): Promise<RowValues> {
      const ids = versions.filter(({ published }) => published).map(({ id }) => id);
      return readEntryValues(source, uid, ids, pathsOfType(uid));
    },

    /**
     * What an entry holds, its draft included: if that is published now, all of it is news.
     *
     * @param templates which tags are made of it; default: those of the type's triggers
     * @throws the database's error
     */
    async ofEntry(
      uid: string,
      documentId: string,
      locale: string | null,
      templates?: readonly string[],
    ): Promise<EntryValues[]> {
      const ids = await source.idsOf(uid, documentId, locale);
      const paths = templates ? pathsOf(templates) : pathsOfType(uid);
      return [...(await readEntryValues(source, uid, ids, paths)).values()];
    },

    /** Adds to entries of any types what they hold as they are published now. @throws the database's error */
    async ofOwners<Entry extends Pick<Subject, 'contentType' | 'documentId' | 'locale'>>(
      entries: readonly Entry[],
    ): Promise<(Entry & Pick<Subject, 'values'>)[]> {
      const found: (Entry & Pick<Subject, 'values'>)[] = [];
      for (const uid of new Set(entries.map(({ contentType }) => contentType))) {
        const some = entries.filter(({ contentType }) => contentType === uid);
        found.push(...(makesTags(uid) ? await ofEntries(uid, some) : some));
      }
      return found;
    },

    /**
     * Adds to subjects what their entries hold now and held before: who follows the old category is concerned too.
     *
     * @param before what the rows held before; null: nobody looked, and everybody may be concerned
     * @throws the database's error
     */
    async addTo(
      subjects: Subject[],
      uid: string,
      compared: NonNullable<Compared>,
      before: RowValues | null,
    ): Promise<Subject[]> {
      if (subjects.length === 0 || !makesTags(uid)) return subjects;
      const now = await this.of(uid, compared.after);
      const byEntry = new Map<string, EntryValues[] | null>();
      const add = (version: Version, values: EntryValues | undefined) => {
        if (!version.published) return;
        const list = byEntry.get(keyOf(version));
        if (list === null) return;
        byEntry.set(keyOf(version), values ? [...(list ?? []), values] : null);
      };
      for (const version of compared.before) add(version, before?.get(version.id));
      for (const version of compared.after) add(version, now.get(version.id));
      return subjects.map((subject) => ({ ...subject, values: byEntry.get(keyOf(subject)) ?? null }));
    },
  };
}

export type TagValues = ReturnType<typeof createTagValues>;

const keyOf = ({ documentId, locale }: Pick<Subject, 'documentId' | 'locale'>): string =>
  JSON.stringify([documentId, locale]);
