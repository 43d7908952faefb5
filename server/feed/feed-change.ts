import type { ChangeAction } from '../store/tables';

/**
 * A change as apps read it. `refresh` without a content type: fetch everything again; with one but without a document:
 * all of that type.
 */
export interface FeedChange {
  rev: number;
  contentType: string | null;
  documentId: string | null;
  locale: string | null;
  action: ChangeAction;
  /** When it was numbered; ISO 8601, UTC, to the second. */
  at: string;
  /** Where Strapi's REST API has the entry; null: nowhere. */
  path: string | null;
}

export interface FeedMeta {
  epoch: string;
  /** What the app may store once it has applied this page. */
  rev: number;
  since: number | null;
  /** There is another page, from `rev` on. */
  more: boolean;
  /** `since` means nothing in this log: fetch all content, then store `epoch` and `rev`. */
  reset: boolean;
}
