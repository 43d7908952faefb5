import type { Change, ContentHandler, Entry, EntryKey, Storage } from './types.js';

/** Forgets all when the app ends: for tests, and for credentials never. */
export function memoryStorage(text: string | null = null): Storage {
  return {
    read: async () => text,
    write: async (next) => void (text = next),
  };
}

/** Content in memory, by entry. An app without a database can keep it as one file; others see here what a handler does. */
export interface MemoryContent<Content = unknown> extends ContentHandler<Content> {
  entries(): Entry<Content>[];
}

export function memoryContent<Content = unknown>(): MemoryContent<Content> {
  const held = new Map<string, { entry: Entry<Content>; walk: string | null }>();
  const keyOf = ({ contentType, documentId, locale }: EntryKey) => JSON.stringify([contentType, documentId, locale]);
  const put = (entry: Entry<Content>, walk: string | null) => void held.set(keyOf(entry), { entry, walk });
  return {
    entries: () => [...held.values()].map(({ entry }) => entry),
    async apply(changes: readonly Change<Content>[]) {
      for (const { contentType, documentId, locale, content } of changes) {
        if (content === null) held.delete(keyOf({ contentType, documentId, locale }));
        else if (content !== undefined) put({ contentType, documentId, locale, content }, null);
      }
    },
    async applySnapshot(entries, walk) {
      for (const entry of entries) put(entry, walk);
    },
    async finishSnapshot(walk, contentType) {
      for (const [key, { entry, walk: mark }] of held)
        if (mark !== walk && (contentType === null || entry.contentType === contentType)) held.delete(key);
    },
  };
}
