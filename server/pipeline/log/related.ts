import type { Core } from '@strapi/strapi';
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Store } from '../../store/store';
import type { Bell } from '../bell';
import { failpoint } from '../failpoint';
import { chosenIn } from './choice';
import type { CaptureState } from './capture';
import type { Missed } from './missed';
import type { FoundOwners, Owners } from '../../content';
import type { NotedOwners, RelatedNote, RelatedNotes } from './related-notes';
import type { TagValues } from './tag-values';
import { afterCommit, currentTransaction } from './transaction';
import type { Entry, Version, Versions } from './versions';

/** A write of Strapi's database layer, as its lifecycle hooks see it. */
interface Write {
  model: { uid: string };
  params: { where?: unknown; _q?: unknown; filters?: unknown; data?: unknown };
  result?: unknown;
  state: { shown?: Shown };
}

/** What a write began with. */
interface Shown {
  trx: Knex.Transaction | null;
  /** Published rows, and who showed each; null: more than are looked at one by one. */
  rows: { version: Version; owners: NotedOwners }[] | null;
  /** Every row that the write finds, drafts too. */
  ids: readonly number[];
  /** The notes that were written before, where Strapi has no transaction. */
  act: string | null;
}

/** Not `CreateMany`: it sets no relations, and nobody can show a row before it is there. */
type Kind = 'Create' | 'Update' | 'UpdateMany' | 'Delete' | 'DeleteMany';
type Hook = (write: Write) => Promise<void>;

/** Of more rows in one statement, whoever may show one of them looks for itself. */
const MANY = 1_000;
/** A process that lives has written by then; if it died in between, the notes count from then on. */
const CRASHED_AFTER_MS = 60_000;

export interface RelatedOptions {
  strapi: Core.Strapi;
  store: Store;
  state: CaptureState;
  versions: Versions;
  owners: Owners;
  tagValues: TagValues;
  notes: RelatedNotes;
  missed: Missed;
  bell: Bell;
}

/**
 * The subscriber to Strapi's database hooks that notes which entries and files changed that others show: an author, a
 * picture. Who showed them before is looked up before the write, because it may take that away; who does after it, later
 * (`tell-owners.ts`).
 *
 * Within a transaction of Strapi's the note is part of it. Elsewhere, as for files, it is written before, to count in a
 * minute, and again after: so a process that dies in between loses nothing.
 */
export function createRelated(options: RelatedOptions): Record<`${'before' | 'after'}${Kind}`, Hook> {
  const { strapi, store, state, versions, owners, tagValues, notes, missed, bell } = options;
  const isQuiet = () => chosenIn(strapi)?.choice === 'without';
  const follows = ({ model: { uid } }: Write) => state.code === 'on' && owners.ownersOf(uid).length > 0;

  /** @param trx Strapi's; null: none */
  async function lookBefore(
    kind: Kind,
    { model: { uid }, params }: Write,
    trx: Knex.Transaction | null,
  ): Promise<Omit<Shown, 'trx' | 'act'>> {
    const db = trx ? store.within(trx) : store.knex;
    const leaving = trx !== null && (kind.startsWith('Delete') || 'publishedAt' in ((params.data as object) ?? {}));
    if (kind === 'Create') return { rows: [], ids: [] };
    const found = await versions.matching(uid, params, MANY + 1);
    if (found.length > MANY) return { rows: null, ids: [] };
    const rows = [];
    for (const version of found.filter(({ published }) => published)) {
      rows.push({ version, owners: await withValues(await owners.ofRows(uid, [version.id], db, leaving)) });
    }
    return { rows, ids: found.map(({ id }) => id) };
  }

  /** What an owner shows may be what its tags are made of: who follows the old one is concerned too. */
  async function withValues({ owners: found, tooMany }: FoundOwners): Promise<NotedOwners> {
    return { owners: await tagValues.ofOwners(found), tooMany };
  }

  async function before(kind: Kind, write: Write): Promise<void> {
    if (!follows(write)) return;
    const current = await currentTransaction(strapi);
    const trx = current?.isCompleted() ? null : current;
    const look = async () => {
      const seen = await lookBefore(kind, write, trx);
      write.state.shown = { ...seen, trx, act: null };
      if (!trx) write.state.shown.act = await noteBefore(write, seen.rows);
    };
    if (trx) await look();
    else await alone(write, look);
  }

  /** @returns the name under which the notes are taken back; null: there was nothing to note */
  async function noteBefore({ model: { uid } }: Write, rows: Shown['rows']): Promise<string | null> {
    const concerned =
      rows === null ? [everybody(uid)] : rows.map((row) => noteOf(uid, row.version, row.owners, UNKNOWN));
    const shown = concerned.filter(({ before: { owners: some, tooMany } }) => some.length + tooMany.length > 0);
    if (shown.length === 0) return null;
    const act = randomUUID();
    await store.transaction((trx) => notes.insert(trx, shown, { act, quiet: isQuiet(), delayMs: CRASHED_AFTER_MS }));
    return act;
  }

  async function after(kind: Kind, write: Write): Promise<void> {
    const { shown } = write.state;
    if (!follows(write) || !shown) return;
    const told = await (shown.trx ? notesOf(kind, write, shown) : aloneNotes(kind, write, shown));
    if (told.length === 0 && shown.act === null) return;
    if (shown.trx) {
      await notes.insert(store.within(shown.trx), told, { act: actOf(shown.trx), quiet: isQuiet() });
      await afterCommit(strapi, () => bell.ring());
      return;
    }
    failpoint('after-raw-write');
    await alone(write, async () => {
      await store.transaction(async (trx) => {
        if (shown.act !== null) await notes.takeBack(trx, shown.act);
        await notes.insert(trx, told, { act: shown.act ?? randomUUID(), quiet: isQuiet() });
      });
      bell.ring();
    });
  }

  async function aloneNotes(kind: Kind, write: Write, shown: Shown): Promise<RelatedNote[]> {
    let told: RelatedNote[] = [];
    await alone(write, async () => {
      told = await notesOf(kind, write, shown);
    });
    return told;
  }

  /** One note for each entry that was or is published. */
  async function notesOf(kind: Kind, write: Write, { rows, ids }: Shown): Promise<RelatedNote[]> {
    const { uid } = write.model;
    if (rows === null) return [everybody(uid)];
    const noted = new Map<string, RelatedNote>();
    const note = (version: Version, { owners: found, tooMany }: NotedOwners, more: number) => {
      const known = noted.get(keyOf(version)) ?? noteOf(uid, version, NOBODY, 0);
      const before = {
        owners: [...known.before.owners, ...found],
        tooMany: [...known.before.tooMany, ...tooMany],
      };
      noted.set(keyOf(version), { ...known, before, more: known.more + more });
    };
    // Where several match, a write of one row takes the one that Strapi chose; a `select` may leave its id out.
    const chosen = kind.endsWith('Many') ? undefined : (write.result as Partial<Entry> | null | undefined)?.id;
    for (const { version, owners: found } of rows) {
      if (chosen === undefined || version.id === chosen) note(version, found, -1);
    }
    const after = await rowsAfter(kind, write, ids);
    for (const version of after.filter(({ published }) => published)) note(version, NOBODY, 1);
    return [...noted.values()];
  }

  async function rowsAfter(kind: Kind, write: Write, ids: readonly number[]): Promise<Version[]> {
    const { uid } = write.model;
    switch (kind) {
      case 'Create':
      case 'Update': {
        const entry = write.result as Entry | null | undefined;
        if (typeof entry?.id !== 'number') return [];
        return versions.isWhole(entry) ? [versions.of(uid, entry)] : versions.byIds(uid, [entry.id]);
      }
      // What was a draft before may be published now.
      case 'UpdateMany':
        return versions.byIds(uid, ids);
      case 'Delete':
      case 'DeleteMany':
        return [];
    }
  }

  /** Nobody can be told one by one. */
  function everybody(uid: string): RelatedNote {
    return { uid, documentId: '', locale: null, before: { owners: [], tooMany: owners.ownersOf(uid) }, more: UNKNOWN };
  }

  /** Works where Strapi has no transaction: whatever becomes of the note, the editor's write must not fail for it. */
  async function alone({ model: { uid } }: Write, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      for (const owner of owners.ownersOf(uid)) missed.note(owner, error);
    }
  }

  const kinds: readonly Kind[] = ['Create', 'Update', 'UpdateMany', 'Delete', 'DeleteMany'];
  return Object.fromEntries(
    kinds.flatMap((kind) => [
      [`before${kind}`, (write: Write) => before(kind, write)],
      [`after${kind}`, (write: Write) => after(kind, write)],
    ]),
  ) as ReturnType<typeof createRelated>;
}

const NOBODY: FoundOwners = { owners: [], tooMany: [] };

const keyOf = ({ documentId, locale }: Version): string => JSON.stringify([documentId, locale]);

/** Of a write that is not over: owners are told. */
const UNKNOWN = 1;

function noteOf(uid: string, { documentId, locale }: Version, before: NotedOwners, more: number): RelatedNote {
  return { uid, documentId, locale, before, more };
}

const acts = new WeakMap<object, string>();

/** What is written in one transaction happened at once. */
function actOf(trx: Knex.Transaction): string {
  const act = acts.get(trx) ?? randomUUID();
  acts.set(trx, act);
  return act;
}
