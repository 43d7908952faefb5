import type { Core } from '@strapi/strapi';
import { TABLES, type ChangeRow } from '../../../server/store/tables';
import type { Database } from '../databases';
import { bootStrapi, type BootedStrapi } from '../strapi';

export const ARTICLE = 'api::article.article';
export const NOTE = 'api::note.note';
export const PAGE = 'api::page.page';
const TYPES = [ARTICLE, NOTE, PAGE] as const;
const APP = 'com.example.news';

export const TRIGGERS = [
  { name: 'articles', contentType: ARTICLE, wakeOn: ['publish', 'unpublish', 'delete'], apps: [APP] },
  { name: 'notes', contentType: NOTE, apps: [APP] },
  { name: 'pages', contentType: PAGE, apps: [APP] },
];

/** The Document Service, as far as tests use it. */
export interface Documents {
  create(params: object): Promise<{ id: number; documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<{ entries: unknown[] }>;
  unpublish(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
  clone(params: object): Promise<{ documentId: string }>;
  discardDraft(params: object): Promise<unknown>;
}

/** What the content API shows of one entry. */
interface Shown {
  id: number;
  updatedAt: string;
  content: string;
}

/** Everything public, by `<type> <document> <locale>`. */
export type PublicContent = Map<string, Shown>;

/** A Strapi that editors and other people's code work on. */
export interface EditorScene {
  booted: BootedStrapi;
  strapi: Core.Strapi;
  database: Database;
  documents(uid: string): Documents;
  query(uid: string): ReturnType<Core.Strapi['db']['query']>;
  publicContent(): Promise<PublicContent>;
  /** The rows logged so far, as `<type> <document> <locale>` with their action, in order. */
  log(): Promise<{ key: string; action: string; wakes: boolean }[]>;
  /** Runs `act`, then compares what changed with what was logged meanwhile. */
  checked(act: () => Promise<unknown>): Promise<void>;
}

export interface EditorSceneOptions {
  database: Database;
  /** False: the plugin is switched off. */
  plugin?: boolean;
  /** More environment variables of the test app. */
  env?: Record<string, string>;
}

export async function createEditorScene({
  database,
  plugin = true,
  env: more,
}: EditorSceneOptions): Promise<EditorScene> {
  const config = { apps: [{ bundleId: APP, name: 'News' }], triggers: TRIGGERS };
  const env = { BACKGROUND_PUSH_ENABLED: String(plugin), ...more };
  const booted = await bootStrapi({ database, config, env, listen: false });
  const { strapi } = booted;
  await booted.grantPublic(
    ['create', 'update', 'delete', 'find', 'findOne'].map((action) => `api::article.article.${action}`),
  );

  async function publicContent(): Promise<PublicContent> {
    const content: PublicContent = new Map();
    for (const uid of TYPES) {
      // A type without drafts shows all its rows.
      const where = uid === NOTE ? {} : { publishedAt: { $notNull: true } };
      for (const row of (await strapi.db.query(uid).findMany({ where })) as Record<string, unknown>[]) {
        const { id, documentId, locale, updatedAt, title, body, rating } = row;
        const key = keyOf(uid, documentId, locale);
        content.set(key, {
          id: id as number,
          updatedAt: String(updatedAt),
          content: JSON.stringify([title, body, rating]),
        });
      }
    }
    return content;
  }

  async function log() {
    const rows = (await strapi.db.connection(TABLES.changes).orderBy('id')) as ChangeRow[];
    return rows.map(({ content_type: uid, document_id: documentId, locale, action, wakes }) => ({
      key: keyOf(String(uid), documentId, locale),
      action,
      wakes: wakes === 1,
    }));
  }

  return {
    booted,
    strapi,
    database,
    documents: (uid) => strapi.documents(uid as never) as unknown as Documents,
    query: (uid) => strapi.db.query(uid),
    publicContent,
    log,
    async checked(act) {
      const before = await publicContent();
      const seen = (await log()).length;
      await act();
      expectLogged(before, await publicContent(), (await log()).slice(seen));
    },
  };
}

const keyOf = (uid: string, documentId: unknown, locale: unknown): string =>
  `${uid} ${String(documentId)} ${typeof locale === 'string' && locale !== '' ? locale : '-'}`;

/** A committed change of a public entry is logged, and nothing else is: what was rolled back never. */
function expectLogged(
  before: PublicContent,
  after: PublicContent,
  log: readonly { key: string; action: string }[],
): void {
  const last = new Map(log.map(({ key, action }) => [key, action]));
  const said = (key: string) => {
    const action = last.get(key);
    return action === 'unpublish' || action === 'delete' ? 'gone' : action;
  };
  const changed = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    if (!now) return [`${key} gone`];
    return old?.content === now.content ? [] : [`${key} publish`];
  });
  expect([...last.keys()].map((key) => `${key} ${said(key)}`)).toEqual(expect.arrayContaining(changed));
  for (const key of last.keys()) {
    const [old, now] = [before.get(key), after.get(key)];
    // Published again without a change of its content is a publish too, and its row is another one.
    const shown = old !== undefined || log.some((row) => row.key === key && row.action === 'publish');
    const written = now ? JSON.stringify(old) !== JSON.stringify(now) : shown;
    expect([key, said(key), written]).toEqual([key, now ? 'publish' : 'gone', true]);
  }
}
