import { oneLine } from '../name-rule';

/** An entry in one locale; null: its type has none, or none is meant. */
export interface Subject {
  contentType: string;
  documentId: string;
  locale: string | null;
}

/** What people call an entry. */
export interface Title {
  /** Of its content type; the UID where that is gone. */
  name: string;
  /** Null: there is none that whoever asks may read. */
  title: string | null;
  /** True: there is no such entry any more. Told only to those who might read it. */
  gone: boolean;
}

/** Whether somebody may read a field of entries of a locale in the Content Manager. */
export type MayRead = (contentType: string, field: string, locale: string | null) => boolean;

export interface EntryRow {
  documentId: string;
  locale: string | null;
  isPublished: boolean;
  value: unknown;
}

/** What of Strapi titles are made of. */
export interface StrapiEntries {
  /** Null: there is no such content type. */
  displayName(contentType: string): string | null;
  /** The field that the Content Manager names entries by; null: none that may be shown. */
  mainField(contentType: string): Promise<string | null>;
  /** Drafts and published versions in every locale. */
  rows(contentType: string, field: string, documentIds: readonly string[]): Promise<EntryRow[]>;
  /** The entry that was published last; null: none is. */
  latest(contentType: string): Promise<{ documentId: string; locale: string | null } | null>;
  /** @param ability what Strapi knows of whoever sent a request */
  readerOf(ability: unknown): MayRead;
}

export interface Titles {
  /** One title for each subject, in their order: one query for each content type among them. */
  of(subjects: readonly Subject[], may: MayRead): Promise<Title[]>;
  /** @param ability `ctx.state.userAbility` */
  readerOf(ability: unknown): MayRead;
}

const MOST_CHARACTERS = 120;

/** Names entries as editors know them, and tells nobody what the Content Manager would not show them. */
export function createTitles({ strapi }: { strapi: StrapiEntries }): Titles {
  async function ofType(
    contentType: string,
    documentIds: readonly string[],
    may: MayRead,
  ): Promise<(subject: Subject) => Title> {
    const name = strapi.displayName(contentType);
    if (name === null) return () => ({ name: contentType, title: null, gone: true });
    const field = await strapi.mainField(contentType);
    if (field === null) return () => ({ name, title: null, gone: false });
    const rows = await strapi.rows(contentType, field, [...new Set(documentIds)]);
    return ({ documentId, locale }) => {
      const versions = rows.filter((row) => row.documentId === documentId && (locale ?? row.locale) === row.locale);
      const row = versions.find(({ isPublished }) => isPublished) ?? versions[0];
      if (!may(contentType, field, row ? row.locale : locale)) return { name, title: null, gone: false };
      return { name, title: row ? toTitle(row.value) : null, gone: row === undefined };
    };
  }

  return {
    async of(subjects, may) {
      const byType = new Map<string, (subject: Subject) => Title>();
      for (const contentType of new Set(subjects.map((subject) => subject.contentType))) {
        const ids = subjects.filter((subject) => subject.contentType === contentType).map((one) => one.documentId);
        byType.set(contentType, await ofType(contentType, ids, may));
      }
      return subjects.map((subject) => {
        const titleOf = byType.get(subject.contentType);
        return titleOf ? titleOf(subject) : { name: subject.contentType, title: null, gone: true };
      });
    },
    readerOf: (ability) => strapi.readerOf(ability),
  };
}

/** One line, of a length that a table can show. */
function toTitle(value: unknown): string | null {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
  const characters = [...oneLine(String(value)).replace(/\s+/g, ' ').trim()];
  if (characters.length === 0) return null;
  if (characters.length <= MOST_CHARACTERS) return characters.join('');
  return `${characters
    .slice(0, MOST_CHARACTERS - 1)
    .join('')
    .trimEnd()}…`;
}
