import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';
import type { Listener, Registry } from '../apps/registry';
import { TABLES, type Audience, type ChangeAction, type ChangeRow } from '../store/tables';
import type { Bell } from './bell';
import { failpoint } from './failpoint';

/** The content that changed, as apps know it: row ids change with every publish, these do not. */
interface Subject {
  documentId: string;
  locale: string | null;
}

interface DocumentContext {
  uid: string;
  action: string;
  contentType: { options?: { draftAndPublish?: boolean } };
  params: Record<string, unknown>;
}

/** Whether capture runs, and if not, why; read at every change, so it can be switched while Strapi runs. */
export interface CaptureState {
  code: 'on' | 'disabled' | 'tables-missing';
  message?: string;
}

export interface CaptureOptions {
  strapi: Core.Strapi;
  registry: Registry;
  bell: Bell;
  state: CaptureState;
}

type Next = () => Promise<unknown>;
type Middleware = (context: unknown, next: Next) => Promise<unknown>;

/**
 * The Document Service middleware that logs what apps must hear of, in the transaction of the publish itself: both
 * commit or neither does. It swallows nothing and takes no savepoint, because on PostgreSQL a swallowed error turns
 * the editor's COMMIT into a ROLLBACK without a word, and bulk publishing runs its documents side by side in one
 * transaction, where a savepoint would catch a sibling's statements.
 *
 * Does nothing but call `next` for reads, for actions that publish nothing, and for types without a trigger.
 */
export function createCapture({ strapi, registry, bell, state }: CaptureOptions): Middleware {
  return async (context: unknown, next: Next): Promise<unknown> => {
    const document = context as DocumentContext;
    const action = logged(document);
    if (!action || state.code !== 'on') return next();
    const listeners = registry.listeners(document.uid);
    if (listeners.length === 0) return next();
    return strapi.db.transaction(async ({ trx, onCommit }) => {
      const { result, subjects } =
        action === 'publish' ? await published(strapi, document, next) : await withdrawn(strapi, document, next);
      if (subjects.length === 0) return result;
      const rows = subjects.flatMap((subject) => toChanges(document.uid, subject, action, listeners));
      // Strapi types `trx` as its own copy of Knex; it is the same object.
      await insertChanges(trx as unknown as Knex.Transaction, rows);
      failpoint('after-log-insert');
      (onCommit as (callback: () => void) => void)(() => {
        failpoint('after-commit');
        bell.ring();
      });
      return result;
    });
  };
}

/** Which change, if any, a Document Service action means to apps. */
function logged({ action, params, contentType }: DocumentContext): ChangeAction | null {
  const hasDrafts = contentType.options?.draftAndPublish === true;
  switch (action) {
    case 'publish':
    case 'unpublish':
    case 'delete':
      return action;
    case 'create':
    case 'update':
      return !hasDrafts || params.status === 'published' ? 'publish' : null;
    case 'clone':
      // Strapi clones drafts as drafts, whatever status is asked for.
      return hasDrafts ? null : 'publish';
    default:
      return null;
  }
}

async function published(strapi: Core.Strapi, document: DocumentContext, next: Next) {
  const result = await next();
  const entries = document.action === 'publish' || document.action === 'clone' ? entriesOf(result) : [result];
  return { result, subjects: await subjectsOf(strapi, document.uid, entries) };
}

/**
 * What is public no more after an unpublish or a delete: what was, less what still is. The difference, not the
 * parameters, decides: they name locales in three ways, and a draft that was never published concerns no app.
 */
async function withdrawn(strapi: Core.Strapi, document: DocumentContext, next: Next) {
  const documentId = String(document.params.documentId);
  const before = await publicVersions(strapi, document.uid, documentId);
  const result = await next();
  if (before.length === 0) return { result, subjects: [] };
  const after = new Set((await publicVersions(strapi, document.uid, documentId)).map(({ locale }) => locale));
  return { result, subjects: before.filter(({ locale }) => !after.has(locale)) };
}

async function publicVersions(strapi: Core.Strapi, uid: string, documentId: string): Promise<Subject[]> {
  const rows = (await query(strapi, uid).findMany({
    where: { documentId, publishedAt: { $notNull: true } },
    select: ['id', 'documentId', 'locale'],
  })) as { documentId: string; locale?: string | null }[];
  return rows.map((row) => ({ documentId: row.documentId, locale: row.locale || null }));
}

function entriesOf(result: unknown): unknown[] {
  return (result as { entries?: unknown[] } | null)?.entries ?? [];
}

interface Entry {
  id: number;
  documentId?: string;
  locale?: string | null;
}

/** `fields` may have cut document id and locale off the result; they are then read again by row id. */
async function subjectsOf(strapi: Core.Strapi, uid: string, found: unknown[]): Promise<Subject[]> {
  const entries = found.filter((entry): entry is Entry => typeof (entry as Entry | null)?.id === 'number');
  const whole = entries.every((entry) => typeof entry.documentId === 'string' && entry.locale !== undefined);
  const rows: Entry[] = whole
    ? entries
    : ((await query(strapi, uid).findMany({
        where: { id: { $in: entries.map(({ id }) => id) } },
        select: ['id', 'documentId', 'locale'],
      })) as Entry[]);
  return rows.map((row) => ({ documentId: String(row.documentId), locale: row.locale || null }));
}

const query = (strapi: Core.Strapi, uid: string) => strapi.db.query(uid);

type NewChange = Omit<ChangeRow, 'id'>;

/** One row per app, however many triggers match: it wakes if any of them does, whom those that do concern. */
function toChanges(uid: string, subject: Subject, action: ChangeAction, listeners: readonly Listener[]): NewChange[] {
  const byApp = new Map<number, { wakes: boolean; audience: Audience }>();
  for (const { appId, wakeOn, audience } of listeners) {
    const wakes = wakeOn.has(action);
    const known = byApp.get(appId);
    if (!known || (wakes && !known.wakes)) byApp.set(appId, { wakes, audience });
    else if (wakes === known.wakes && audience === 'all') known.audience = 'all';
  }
  return [...byApp].map(([appId, { wakes, audience }]) => ({
    app_id: appId,
    rev: null,
    content_type: uid,
    document_id: subject.documentId,
    locale: subject.locale,
    action,
    wakes: wakes ? 1 : 0,
    audience,
    at: null,
  }));
}

/** Rows per statement: SQLite takes 999 values in one, and a row has nine. */
const BATCH = 100;

async function insertChanges(trx: Knex.Transaction, rows: NewChange[]): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH) {
    await trx(TABLES.changes).insert(rows.slice(from, from + BATCH));
  }
}
