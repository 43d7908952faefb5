import type { Core } from '@strapi/strapi';
import { contentTypes, errors } from '@strapi/utils';
import type { Knex } from 'knex';
import type { Auth, Entry, Link, Model, PublishedRow, StrapiContent } from './content';

/** What of Strapi's content API has no types, or too narrow ones. */
interface Untyped {
  contentAPI: {
    validate: { query(query: object, model: Model, options: object): Promise<void> };
    sanitize: {
      query(query: object, model: Model, options: object): Promise<object>;
      output(entry: Entry, model: Model, options: object): Promise<Entry>;
    };
  };
  apis: Record<string, { routes?: Record<string, { routes?: Route[] } | Route[]> } | undefined>;
  auth: { verify(auth: object, config: { scope: readonly string[] }): Promise<void> };
  documents(uid: string): { findMany(query: object): Promise<Entry[]> };
}

/** How Strapi stores a type, as its database layer knows it. */
interface Metadata {
  tableName: string;
  attributes: Record<string, StoredAttribute | undefined>;
}

interface StoredAttribute {
  columnName?: string;
  target?: string;
  morphBy?: string;
  owner?: boolean;
  joinColumn?: { name: string; referencedColumn: string };
  joinTable?: {
    name: string;
    joinColumn: { name: string };
    inverseJoinColumn?: { name: string };
    morphColumn?: { idColumn: { name: string }; typeColumn: { name: string } };
    on?: Record<string, string>;
  };
}

interface Route {
  method: string;
  path: string;
  handler?: unknown;
  config?: { auth?: unknown; policies?: unknown[]; middlewares?: unknown[] };
}

/** Rows looked up in one statement: SQLite takes 999 values in one. */
const BATCH = 500;

/** Strapi's content API, by what makes its own REST answers. */
export function contentOf(strapi: Core.Strapi): StrapiContent {
  const untyped = strapi as unknown as Untyped;
  const models = { ...strapi.contentTypes, ...strapi.components } as unknown as Record<string, Model>;
  const modelOf = (uid: string): Model => {
    const model = models[uid];
    if (!model) throw new RangeError(`There is no content type or component ${uid}.`);
    return model;
  };

  const hasDrafts = (uid: string) => contentTypes.hasDraftAndPublish(modelOf(uid) as never);
  const metadataOf = (uid: string) => strapi.db.metadata.get(uid) as unknown as Metadata;

  async function readRows(uid: string, params: object): Promise<PublishedRow[]> {
    const { where, ...rest } = params as { where: object };
    const rows = (await strapi.db
      .queryBuilder(uid)
      .init({
        select: ['id', 'documentId', 'locale'],
        where: hasDrafts(uid) ? { ...where, publishedAt: { $notNull: true } } : where,
        ...rest,
      })
      .execute()) as Entry[];
    return rows.map(toRow);
  }

  return {
    model: (uid) => models[uid],
    isPrivate: (model, attribute) => contentTypes.isPrivateAttribute(model as never, attribute),
    customised: (uid) => customisedOf(strapi, untyped, uid),
    path: (uid, documentId, locale) => {
      const route = routesOf(untyped, uid).find(({ handler }) => actionOf(handler, uid) === 'find');
      if (!route) return null;
      const prefix = strapi.config.get('api.rest.prefix', '/api');
      const isSingle = contentTypes.isSingleType(modelOf(uid) as never);
      const query = locale === null ? '' : `?locale=${encodeURIComponent(locale)}`;
      return `${prefix}${route.path}${isSingle ? '' : `/${encodeURIComponent(documentId)}`}${query}`;
    },
    validate: (uid, query) => untyped.contentAPI.validate.query(owned(query), modelOf(uid), { strictParams: true }),
    sanitizeQuery: (uid, query, auth) =>
      untyped.contentAPI.sanitize.query(owned(query), modelOf(uid), { auth, strictParams: true }),
    sanitizeEntry: (uid, entry, auth) => untyped.contentAPI.sanitize.output(entry, modelOf(uid), { auth }),
    async may(auth: Auth, scope) {
      if (auth === undefined) return false;
      try {
        await untyped.auth.verify(auth, { scope });
        return true;
      } catch (error) {
        if (error instanceof Error && REFUSALS.has(error.name)) return false;
        throw error;
      }
    },
    async fieldsOf(uid, ids, { select, populate }) {
      const found: Entry[] = [];
      for (let at = 0; at < ids.length; at += BATCH) {
        const where = { id: { $in: ids.slice(at, at + BATCH) } };
        const rows = await strapi.db.queryBuilder(uid).init(owned({ select, populate, where })).execute();
        found.push(...(rows as Entry[]));
      }
      return found;
    },
    async idsOf(uid, documentId, locale) {
      const where = locale === null ? { documentId } : { documentId, locale };
      const rows = (await strapi.db
        .queryBuilder(uid)
        .init({ select: ['id'], where })
        .execute()) as Entry[];
      return rows.map(({ id }) => Number(id));
    },
    async latestPublished(uid) {
      const [latest] = (await strapi.db
        .queryBuilder(uid)
        .init({
          select: ['id', 'documentId', 'locale', 'updatedAt'],
          where: hasDrafts(uid) ? { publishedAt: { $notNull: true } } : {},
          orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
          limit: 1,
        })
        .execute()) as Entry[];
      if (!latest) return null;
      const updatedAt = latest.updatedAt ? new Date(latest.updatedAt as string).getTime() : null;
      return { ...toRow(latest), updatedAt };
    },
    async rowsOf(uid, documentIds) {
      const found: PublishedRow[] = [];
      for (let at = 0; at < documentIds.length; at += BATCH) {
        const some = documentIds.slice(at, at + BATCH);
        found.push(...(await readRows(uid, { where: { documentId: { $in: some } }, orderBy: IN_ORDER })));
      }
      return found;
    },
    rowsAfter: (uid, documentId, limit) =>
      readRows(uid, { where: { documentId: { $gt: documentId } }, orderBy: IN_ORDER, limit }),
    async publishedAmong(uid, ids, db) {
      const { tableName, attributes } = metadataOf(uid);
      const column = (name: string) => attributes[name]?.columnName ?? name;
      const rows = (await db(tableName)
        .whereIn('id', [...ids])
        .modify((query) => {
          if (hasDrafts(uid)) void query.whereNotNull(column('publishedAt'));
        })
        .select({ id: 'id', documentId: column('documentId'), locale: column('locale') })) as Entry[];
      return rows.map(toRow);
    },
    async holdRows(uid, ids, trx) {
      // In one order, so that two who delete the same wait for each other and not in a circle.
      await trx(metadataOf(uid).tableName)
        .whereIn('id', [...ids])
        .orderBy('id')
        .forUpdate()
        .select('id');
    },
    link: (uid, attribute, component) => linkOf(metadataOf, uid, attribute, component),
    entries: (uid, query, ids) =>
      untyped
        .documents(uid)
        .findMany({ ...owned(query), status: 'published', locale: '*', filters: { id: { $in: [...ids] } } }),
    inOneView: (read) =>
      strapi.db.transaction(async (transaction) => {
        const { trx } = transaction as unknown as { trx: Knex.Transaction };
        // Of the databases, this one alone would show each statement the latest commits.
        if (strapi.db.dialect.client === 'postgres') await trx.raw('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        return read(trx);
      }) as ReturnType<typeof read>,
    async signsFiles() {
      const { provider } = (strapi.plugin('upload') ?? {}) as {
        provider?: { isPrivate?(): boolean | Promise<boolean> };
      };
      return (await provider?.isPrivate?.()) === true;
    },
  };
}

/** Strapi writes into the queries it is given, such as fields that it needs itself; ours are used again. */
const owned = <Query>(query: Query): Query => structuredClone(query);

function toRow({ id, documentId, locale }: Entry): PublishedRow {
  return {
    id: Number(id),
    documentId: String(documentId),
    locale: typeof locale === 'string' && locale !== '' ? locale : null,
  };
}

const IN_ORDER = [{ documentId: 'asc' }, { id: 'asc' }];
const REFUSALS = new Set([errors.ForbiddenError.name, errors.UnauthorizedError.name]);

/** Strapi's own routes of a content type, and what the project put beside them. */
function routesOf({ apis }: Untyped, uid: string): Route[] {
  const routers = Object.values(apis[uid.replace(/^api::/, '').split('.')[0] ?? '']?.routes ?? {});
  return routers.flatMap((router) => (Array.isArray(router) ? router : (router.routes ?? [])));
}

/** The name of an action of the type's own controller that a route leads to; null: it leads elsewhere. */
function actionOf(handler: unknown, uid: string): string | null {
  if (typeof handler !== 'string') return null;
  const [, name = ''] = uid.split('.');
  const action = handler.slice(handler.lastIndexOf('.') + 1);
  return handler === `${uid}.${action}` || handler === `${name}.${action}` ? action : null;
}

/** What Strapi made and the project replaced shows in that it is not its prototype's any more. */
function customisedOf(strapi: Core.Strapi, untyped: Untyped, uid: string): string[] {
  const actions = contentTypes.isSingleType(strapi.contentTypes[uid as never]) ? ['find'] : ['find', 'findOne'];
  const routes = routesOf(untyped, uid);
  const found: string[] = [];
  for (const action of actions) {
    for (const [kind, made] of [
      ['controller', strapi.controller(uid as never) as object | undefined],
      ['service', strapi.service(uid as never) as object | undefined],
    ] as const) {
      const own = made as Record<string, unknown> | undefined;
      const base = made ? (Object.getPrototypeOf(made) as Record<string, unknown>) : undefined;
      if (!own || own[action] !== base?.[action]) found.push(`${kind} ${action}`);
    }
    const route = routes.find(({ handler }) => actionOf(handler, uid) === action);
    if (!route) found.push(`route ${action}`);
    const { auth, policies = [], middlewares = [] } = route?.config ?? {};
    if (auth === false) found.push(`route ${action}: auth false`);
    if (policies.length > 0) found.push(`route ${action}: policies`);
    if (middlewares.length > 0) found.push(`route ${action}: middlewares`);
  }
  return found;
}

/** Strapi keeps relations in tables of their own, those to files all in one, and few in a column. */
function linkOf(
  metadataOf: (uid: string) => Metadata,
  uid: string,
  attribute: string,
  component: string | null,
): Link | null {
  const { tableName, attributes } = metadataOf(uid);
  const stored = attributes[attribute];
  if (!stored) return null;
  if (stored.morphBy !== undefined && stored.target !== undefined) {
    const { joinTable } = metadataOf(stored.target).attributes[stored.morphBy] ?? {};
    if (!joinTable?.morphColumn) return null;
    const { idColumn, typeColumn } = joinTable.morphColumn;
    const where = { [typeColumn.name]: uid, field: attribute };
    return { table: joinTable.name, own: idColumn.name, target: joinTable.joinColumn.name, where };
  }
  const { joinTable, joinColumn, owner } = stored;
  if (joinTable) {
    const { name: table, joinColumn: own, inverseJoinColumn, morphColumn, on = {} } = joinTable;
    if (component !== null && morphColumn) {
      const where = { ...on, [morphColumn.typeColumn.name]: component };
      return { table, own: own.name, target: morphColumn.idColumn.name, where };
    }
    return inverseJoinColumn ? { table, own: own.name, target: inverseJoinColumn.name, where: on } : null;
  }
  return joinColumn && owner === true ? { table: tableName, own: 'id', target: joinColumn.name, where: {} } : null;
}
