/** Where the content that the app holds stands in the server's log. It is kept with that content, never apart from it. */
export interface Position {
  epoch: string;
  rev: number;
  /** Of answers with content; null: the app asks for none. */
  scope: string | null;
}

/** One entry of a content type in one language, by what never changes of it. */
export interface EntryKey {
  contentType: string;
  documentId: string;
  locale: string | null;
}

/** An entry as Strapi's REST API answers it. */
export interface Entry<Content = unknown> extends EntryKey {
  content: Content;
}

/** What became of an entry. */
export interface Change<Content = unknown> extends EntryKey {
  rev: number;
  action: string;
  /** Where the REST API has the entry, below the server's address; absent of an old server. */
  path?: string;
  /** An entry: put it in the place of yours. Null: drop yours. Absent: the server hands none out; fetch `path`. */
  content?: Content | null;
}

/** What the app does with content. Each call may come again after the app was killed: it must do no harm twice. */
export interface ContentHandler<Content = unknown> {
  /** Puts and drops entries, in this order. */
  apply(changes: readonly Change<Content>[]): Promise<void>;
  /** Puts the entries of one page of a snapshot, and marks them with `walk`. */
  applySnapshot(entries: readonly Entry<Content>[], walk: string): Promise<void>;
  /** The snapshot is whole. Drops what is not marked with `walk`: all of it, or what is of this content type. */
  finishSnapshot(walk: string, contentType: string | null): Promise<void>;
}

/** A text that outlives the app's process. What cannot be read now rejects; what is not there is null. */
export interface Storage {
  read(): Promise<string | null>;
  /** Whole or not at all. @param text null: removes it */
  write(text: string | null): Promise<void>;
}

/** What time is, and waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  wait(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
};

declare function setTimeout(callback: () => void, ms: number): unknown;
