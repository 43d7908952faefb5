import { AsyncLocalStorage } from 'node:async_hooks';

/** One call of the Document Service, such as `unpublish` of one document. */
export interface Act {
  uid: string;
  action: string;
  documentId: string | null;
}

interface DocumentContext {
  uid: string;
  action: string;
  params?: { documentId?: unknown };
}

type Next = () => Promise<unknown>;

/**
 * Names the act that a write belongs to, so that whoever sees a published row go can tell an unpublish from a delete.
 * The middleware does nothing else: no transaction, no statement, nothing after `next`. So it does not matter which
 * middlewares run outside and which inside of it.
 */
export function createActNaming() {
  const acts = new AsyncLocalStorage<Act>();
  return {
    middleware(context: unknown, next: Next): Promise<unknown> {
      const { uid, action, params } = context as DocumentContext;
      const documentId = typeof params?.documentId === 'string' ? params.documentId : null;
      return acts.run({ uid, action, documentId }, next);
    },
    /** The act that a write to this document belongs to; null for a write past the Document Service. */
    of(uid: string, documentId: string): Act | null {
      const act = acts.getStore();
      return act?.uid === uid && act.documentId === documentId ? act : null;
    },
  };
}

export type ActNaming = ReturnType<typeof createActNaming>;
