import type { Knex } from 'knex';

/** What a strategy of Strapi made of a request: who asks. Undefined where the route was opened with `auth: false`. */
export type Auth = object | undefined;

/** An attribute of a content type or component, of which the room looks at little. */
export interface Attribute {
  type: string;
  /** Relations: such as `manyToOne` or `morphMany`. */
  relation?: string;
  /** Relations but those to many types. */
  target?: string;
  mappedBy?: string;
  component?: string;
  components?: readonly string[];
}

/** A content type or a component. */
export interface Model {
  uid: string;
  kind?: string;
  attributes: Readonly<Record<string, Attribute>>;
}

/** `fields` and `populate` as Strapi's REST API takes them. */
export interface ContentQuery {
  fields?: string[];
  populate?: Populate;
}
export type Populate = Record<string, unknown>;

/** An entry as Strapi gives it. */
export type Entry = Record<string, unknown>;

/** Fields of an entry, and of the entries that its relations lead to. */
export interface FieldQuery {
  select: string[];
  populate: Record<string, { select: string[] }>;
}

/** A row that the content API shows. */
export interface PublishedRow {
  id: number;
  documentId: string;
  locale: string | null;
}

/** Where the database says what an attribute holds: rows with both ids. */
export interface Link {
  table: string;
  /** Column of the row that has the attribute. */
  own: string;
  /** Column of the row that it leads to. */
  target: string;
  where: Readonly<Record<string, string>>;
}

/** What this room needs of Strapi: the parts of its content API that have no types. */
export interface StrapiContent {
  model(uid: string): Model | undefined;
  /** Attributes that no answer shows. */
  isPrivate(model: Model, attribute: string): boolean;
  /** What the project's own code changes between a request and the entry (a controller, a policy, …); empty: nothing. */
  customised(uid: string): string[];
  /** Where Strapi's REST API has a document, such as `/api/articles/abc?locale=fr`; null: nowhere. */
  path(uid: string, documentId: string, locale: string | null): string | null;
  /** @throws a ValidationError of Strapi's whose details name the key */
  validate(uid: string, query: ContentQuery): Promise<void>;
  /** What is left of a query for this requester. */
  sanitizeQuery(uid: string, query: ContentQuery, auth: Auth): Promise<object>;
  sanitizeEntry(uid: string, entry: Entry, auth: Auth): Promise<Entry>;
  /** Whether the requester may call all of these, such as `api::article.article.find`. */
  may(auth: Auth, scopes: readonly string[]): Promise<boolean>;
  /** Some fields of rows, and of what their relations lead to, by row id; in the caller's transaction, past lifecycles. */
  fieldsOf(uid: string, ids: readonly number[], query: FieldQuery): Promise<Entry[]>;
  /** The rows of an entry, its draft and what is published; none, if there is no such entry. */
  idsOf(uid: string, documentId: string, locale: string | null): Promise<number[]>;
  /** The published row that was written last; null: none. */
  latestPublished(uid: string): Promise<(PublishedRow & { updatedAt: number | null }) | null>;
  /** Published rows of these documents. */
  rowsOf(uid: string, documentIds: readonly string[]): Promise<PublishedRow[]>;
  /** Published rows by document id, from the one after `documentId` on; a document's last rows may be cut off. */
  rowsAfter(uid: string, documentId: string, limit: number): Promise<PublishedRow[]>;
  /** Of these row ids the published ones. */
  publishedAmong(uid: string, ids: readonly number[], db: Knex): Promise<PublishedRow[]>;
  /** Locks rows until the transaction is over, as deleting them does: what is about to point at one is waited for. */
  holdRows(uid: string, ids: readonly number[], trx: Knex): Promise<void>;
  /** @param component in a dynamic zone: which; null elsewhere @returns null where there is no such link */
  link(uid: string, attribute: string, component: string | null): Link | null;
  /** Whole entries by row id, in any order; one that is gone is left out. */
  entries(uid: string, query: object, ids: readonly number[]): Promise<Entry[]>;
  /** Runs reads that all see the database as it was at the first of them. */
  inOneView<T>(read: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** Whether files are in a place that signs each address anew. */
  signsFiles(): Promise<boolean>;
}
