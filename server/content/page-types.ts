/** An entry as Strapi's REST API answers it. */
export type EntryContent = Record<string, unknown>;

/** `content` is absent for a content type of which the requester gets none. */
export interface SnapshotEntry {
  contentType: string;
  documentId: string;
  locale: string | null;
  content?: EntryContent;
}

/** What `meta` says beside what the feed says. */
export interface ContentMeta {
  scope: string;
  /** Content types of which the requester gets nothing: no permission, or their settings went bad. */
  withheld: string[];
}

export interface SnapshotMeta extends ContentMeta {
  epoch: string;
  /** After the last page: ask for the changes from here. */
  rev: number;
  cursor: string | null;
  more: boolean;
  /** Begin again without a cursor. */
  reset: boolean;
}
