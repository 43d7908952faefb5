import type { CaptureCode } from '../../admin-api/contract';
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';
import type { Registry } from '../../apps/registry';
import { failpoint } from '../failpoint';
import type { Aftermath } from './aftermath';
import type { ChangeLog } from './change-log';
import type { Intents } from './intents';
import type { Missed } from './missed';
import type { Naming } from './naming';
import type { RowValues, TagValues } from './tag-values';
import { afterCommit, currentTransaction } from './transaction';
import type { Compared, Entry, Version, Versions } from './versions';

/** Whether capture runs, and if not, why; read at every change, so it can be switched while Strapi runs. */
export interface CaptureState {
  code: CaptureCode;
  message?: string;
}

/** A write of Strapi's database layer, as its lifecycle hooks see it. */
interface Write {
  model: { uid: string };
  params: { where?: unknown; _q?: unknown; filters?: unknown; select?: unknown; data?: unknown };
  result?: unknown;
  /** Strapi hands the same object to the hook before and the hook after. */
  state: { begun?: Begun };
}

/** A write that began and is not over. */
interface Begun {
  /** Strapi's transaction that it is part of; null: none. */
  trx: Knex.Transaction | null;
  /** What was there; undefined: the hook afterwards can tell by itself. */
  looked?: Looked;
}

/** What was there before a write. */
interface Looked {
  rows: Version[];
  /** The highest row id, where rows are created whose ids nobody tells; null elsewhere. */
  newestId: number | null;
  /** The name of the notes taken; null: the write is part of a transaction and needs none. */
  notes: string | null;
  /** What the rows held that tags are made of; null: there are too many, or nobody asks. */
  held: RowValues | null;
}

type Rows = Omit<Looked, 'notes' | 'held'>;

/** How one kind of write is looked at. */
interface Look {
  /** Whether the hook afterwards cannot know what was there. */
  needed(write: Write): boolean;
  /** Whether rows are changed or go, so that what they held is to be seen before only. */
  replaces: boolean;
  before(write: Write): Promise<Rows>;
  after(write: Write, looked: Looked | undefined): Promise<Compared>;
}

type Kind = 'Create' | 'CreateMany' | 'Update' | 'UpdateMany' | 'Delete' | 'DeleteMany';
type Hook = (write: Write) => Promise<void>;

/** Of more rows in one statement, apps hear that they should look for themselves. */
const MANY = 10_000;

export interface CaptureOptions {
  strapi: Core.Strapi;
  registry: Registry;
  state: CaptureState;
  naming: Naming;
  tagValues: TagValues;
  versions: Versions;
  log: ChangeLog;
  intents: Intents;
  missed: Missed;
  aftermath: Aftermath;
}

/**
 * The subscriber to Strapi's database hooks that logs what apps must hear of: wherever a row that the content API shows
 * appears, changes or goes, whoever writes it, in the transaction that Strapi itself writes it in. Nothing of it stands
 * between the app's code and Strapi, and it opens a transaction only where Strapi has none (see `intents.ts`).
 *
 * Does nothing for reads, for drafts, and for types without a trigger. Writes past `strapi.db.query` (SQL, imports)
 * run no hooks and stay unseen.
 */
export function createCapture(options: CaptureOptions): Record<`${'before' | 'after'}${Kind}`, Hook> {
  const { strapi, registry, state, naming, tagValues, versions, log, intents, missed, aftermath } = options;
  const listens = ({ model: { uid } }: Write) => state.code === 'on' && registry.listeners(uid).length > 0;
  const outside = () => !strapi.db.inTransaction();

  /** The row that Strapi hands over, read again where `select` cut it short. */
  async function resultOf({ model: { uid }, result }: Write): Promise<Version[]> {
    const entry = result as Entry | null | undefined;
    if (typeof entry?.id !== 'number') return [];
    return versions.isWhole(entry) ? [versions.of(uid, entry)] : versions.byIds(uid, [entry.id]);
  }

  async function matching({ model, params }: Write, limit: number): Promise<Rows> {
    return { rows: await versions.matching(model.uid, params, limit), newestId: null };
  }

  async function newest({ model }: Write): Promise<Rows> {
    return { rows: [], newestId: await versions.newestId(model.uid) };
  }

  async function again({ model }: Write, before: Version[]): Promise<Compared> {
    if (before.length > MANY) return null;
    const ids = before.map(({ id }) => id);
    return { before, after: await versions.byIds(model.uid, ids) };
  }

  const looks: Record<Kind, Look> = {
    Create: {
      replaces: false,
      needed: outside,
      before: newest,
      after: async (write) => ({ before: [], after: await resultOf(write) }),
    },
    CreateMany: {
      replaces: false,
      needed: () => true,
      before: newest,
      async after({ model }, looked) {
        const after = await versions.newerThan(model.uid, looked?.newestId ?? 0, MANY + 1);
        return after.length > MANY ? null : { before: [], after };
      },
    },
    Update: {
      replaces: true,
      needed: (write) => outside() || moves(write),
      before: (write) => matching(write, MANY + 1),
      after: async (write, looked) => ({ before: chosen(write, looked) ?? [], after: await resultOf(write) }),
    },
    UpdateMany: {
      replaces: true,
      needed: () => true,
      before: (write) => matching(write, MANY + 1),
      after: (write, looked) => again(write, looked?.rows ?? []),
    },
    Delete: {
      replaces: true,
      needed: (write) => outside() || write.params.select !== undefined,
      before: (write) => matching(write, MANY + 1),
      async after(write, looked) {
        if (!write.result) return { before: [], after: [] };
        return { before: chosen(write, looked) ?? (await resultOf(write)), after: [] };
      },
    },
    DeleteMany: {
      replaces: true,
      needed: () => true,
      before: (write) => matching(write, MANY + 1),
      after: (write, looked) => again(write, looked?.rows ?? []),
    },
  };

  async function before(look: Look, write: Write): Promise<void> {
    if (!listens(write)) return;
    const trx = await currentTransaction(strapi);
    const begun: Begun = { trx };
    write.state.begun = begun;
    const { uid } = write.model;
    const makesTags = tagValues.makesTags(uid);
    if (!look.needed(write) && !(makesTags && look.replaces)) return;
    const see = async () => {
      const rows = await look.before(write);
      const held = makesTags && rows.rows.length <= MANY ? await tagValues.of(uid, rows.rows) : null;
      begun.looked = { ...rows, held, notes: trx ? null : await takeNotes(write, rows) };
    };
    if (trx) await within(write, trx, see);
    else await alone(write, see);
  }

  async function takeNotes(write: Write, { rows, newestId }: Rows): Promise<string | null> {
    const { uid } = write.model;
    const concerned = (moves(write) ? rows : rows.filter(({ published }) => published)).slice(0, MANY);
    if (newestId === null && concerned.length === 0) return null;
    const marks = await versions.marks(
      uid,
      concerned.map(({ id }) => id),
    );
    const notes =
      newestId === null ? await intents.openRows(uid, concerned, marks) : await intents.openCreation(uid, newestId);
    failpoint('after-intent');
    return notes;
  }

  async function after(look: Look, write: Write): Promise<void> {
    const { begun } = write.state;
    // A trigger that came between the two hooks concerns what is written after it.
    if (!listens(write) || !begun) return;
    const { trx, looked } = begun;
    const { uid } = write.model;
    const tell = async () => {
      failpoint(trx ? 'before-log' : 'after-raw-write');
      const compared = await look.after(write, looked);
      const notes = looked?.notes ?? null;
      if (compared === null) await log.refresh(uid, notes);
      else {
        const subjects = await naming.subjects(uid, compared.before, compared.after);
        await log.write(await tagValues.addTo(subjects, uid, compared, looked?.held ?? null), notes);
      }
    };
    if (!trx) await alone(write, tell);
    else if (!(await within(write, trx, tell))) {
      await alone(write, () => aftermath.settle(uid, trx, () => look.after(write, looked), looked?.held ?? null));
    }
  }

  /**
   * Works in a transaction of Strapi's, where an error must reach Strapi, which then rolls back.
   * @returns false: the transaction is over, and the work with it undone
   */
  async function within({ model: { uid } }: Write, trx: Knex.Transaction, work: () => Promise<void>): Promise<boolean> {
    if (trx.isCompleted()) return false;
    try {
      await work();
      return true;
    } catch (error) {
      if (trx.isCompleted()) return false;
      // Should somebody swallow the error and commit all the same, the change is missing from the log.
      await afterCommit(strapi, () => missed.note(uid, error));
      throw error;
    }
  }

  /**
   * Works where Strapi has no transaction: the entry is written whatever becomes of its change, so the editor's write
   * must not fail for it. Apps are told to look for themselves instead.
   */
  async function alone({ model: { uid } }: Write, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      missed.note(uid, error);
    }
  }

  const kinds = Object.entries(looks) as [Kind, Look][];
  return Object.fromEntries(
    kinds.flatMap(([kind, look]) => [
      [`before${kind}`, (write: Write) => before(look, write)],
      [`after${kind}`, (write: Write) => after(look, write)],
    ]),
  ) as ReturnType<typeof createCapture>;
}

/** Of the rows that one write of one row could have been, the one that Strapi took; a `select` may leave its id out. */
function chosen({ result }: Write, looked: Looked | undefined): Version[] | undefined {
  const taken = (result as Partial<Entry> | null | undefined)?.id;
  const row = looked?.rows.find(({ id }) => taken === undefined || id === taken);
  return row && [row];
}

/** Whether a write may take a row out of sight, or away from its document. Of any other, the row afterwards tells all. */
function moves({ params: { data } }: Write): boolean {
  return ['publishedAt', 'documentId', 'locale'].some((field) => field in ((data as object | undefined) ?? {}));
}
