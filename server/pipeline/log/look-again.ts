import { createComplaint } from '../complaint';
import type { Registry } from '../../apps/registry';
import { describeError } from '../../store/database-error';
import type { Store } from '../../store/store';
import { TABLES, type IntentRow } from '../../store/tables';
import type { Bell } from '../bell';
import type { ChangeLog } from './change-log';
import { toChanges, type Subject } from './changes';
import type { Intents } from './intents';
import type { Missed } from './missed';
import type { Naming } from './naming';
import type { TagValues } from './tag-values';
import type { Version, Versions } from './versions';

/** How often a process looks. */
const EVERY_MS = 10_000;
/** A writer that lives has its change logged by then. */
const GRACE_MS = 60_000;
/** A write that did not happen for so long will not. */
const FORGOTTEN_MS = 3_600_000;
const BATCH = 100;
/** Rows that one note of a creation is looked at for. */
const CREATED = 10_000;

/** Finds what was written while its change could not be logged, and logs it. */
export interface LookAgain {
  /** Looks now and then. Keeps no process alive. */
  start(): void;
  /** Looks once. @returns how many notes it settled @throws the database's error */
  look(): Promise<number>;
  /** Ends after the look in hand. Never rejects. */
  stop(): Promise<void>;
}

export interface LookAgainOptions {
  store: Store;
  registry: Registry;
  versions: Versions;
  naming: Naming;
  tagValues: TagValues;
  intents: Intents;
  missed: Missed;
  changeLog: ChangeLog;
  bell: Bell;
  log: { warn(message: string): void };
}

export function createLookAgain(options: LookAgainOptions): LookAgain {
  const { store, registry, versions, naming, tagValues, intents, missed, changeLog, bell, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<number> | null = null;
  const complaint = createComplaint((message) => log.warn(message));

  /** What became of the rows that a note is about. */
  async function subjectsOf(note: IntentRow): Promise<Subject[]> {
    const uid = note.content_type;
    // An app that was changed since may have the type no more, and nobody to tell.
    if (registry.listeners(uid).length === 0) return [];
    if (note.document_id === null) return subjectsBetween(uid, [], await versions.newerThan(uid, note.row_id, CREATED));
    const marks = await versions.marks(uid, [note.row_id]);
    if (marks.get(note.row_id) === note.row_mark) return [];
    return subjectsBetween(uid, [versionOf(note)], await versions.byIds(uid, [note.row_id]));
  }

  /** What a row held before that was there before is not known any more. */
  async function subjectsBetween(uid: string, before: Version[], after: Version[]): Promise<Subject[]> {
    return tagValues.addTo(await naming.subjects(uid, before, after), uid, { before, after }, null);
  }

  async function settle(note: IntentRow): Promise<number> {
    const subjects = await subjectsOf(note);
    if (subjects.length === 0 && store.now() - Number(note.at) < FORGOTTEN_MS) return 0;
    await store.transaction(async (trx) => {
      if (!(await intents.take(trx, note.id))) return;
      const rows = subjects.flatMap((subject) => toChanges(subject, registry.listeners(subject.contentType)));
      for (const row of rows) await trx(TABLES.changes).insert(row);
    });
    bell.ring();
    return 1;
  }

  async function run(): Promise<number> {
    for (const uid of missed.types()) {
      await changeLog.refresh(uid, null);
      missed.settle(uid);
    }
    let settled = 0;
    // Past those that stay: rows that nobody wrote must not hold up the rows behind them.
    for (let after = 0; ;) {
      const notes = await intents.olderThan(GRACE_MS, after, BATCH);
      for (const note of notes) settled += await settle(note);
      const last = notes.at(-1);
      if (!last || notes.length < BATCH) return settled;
      after = last.id;
    }
  }

  async function look(): Promise<number> {
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => void tick(), EVERY_MS);
    timer.unref();
  }

  async function tick(): Promise<void> {
    try {
      await look();
      complaint.recovered();
    } catch (error) {
      complaint.failed(`changes that were not logged cannot be looked for, will go on trying: ${describeError(error)}`);
    }
    schedule();
  }

  return {
    look,
    start() {
      if (!timer) schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}

function versionOf(note: IntentRow): Version {
  return {
    id: note.row_id,
    documentId: String(note.document_id),
    locale: note.locale,
    published: note.published === 1,
    updatedAt: null,
  };
}
