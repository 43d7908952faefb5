import type { ChangesPage, Feed, FeedChange } from './feed.js';
import { outOfTime, type Budget } from './requests.js';
import type { State, Walk } from './state.js';
import { SyncError } from './sync-error.js';
import type { Change, Clock, ContentHandler } from './types.js';

export interface ApplyOptions {
  feed: Feed;
  handler: ContentHandler;
  clock: Clock;
  random(): number;
  write(state: State): Promise<void>;
}

/** Up to where to ask. */
export interface Target {
  /** What a push announced: it is asked for by the same address by all whom it woke. */
  push: { epoch: string; since: number; rev: number } | null;
}

/** Every walk is an answer to the one before that it cannot go on; a server that says so for ever is none. */
const MOST_WALKS = 5;

/**
 * Brings the app from where it is to a target, page by page. Content first, then the position: an app that is killed
 * between the two applies a page twice, and never leaves one out.
 */
export function createApply({ feed, handler, clock, random, write }: ApplyOptions) {
  /** @returns where the app is then, and whether anything came */
  async function toTarget(start: State, { push }: Target, budget: Budget): Promise<{ state: State; isNew: boolean }> {
    let state = start;
    let isNew = false;
    let walks = 0;
    // Where to ask from: before what the app has, where a push began there, and never behind it.
    let from: number | null = null;
    for (;;) {
      if (state.walk || !state.position) {
        if (++walks > MOST_WALKS)
          throw new SyncError('unreadable', 'The server sends every snapshot back to its beginning.');
        state = await walk(state, state.walk ?? newWalk(), budget);
        isNew = true;
        from = null;
        continue;
      }
      const { position } = state;
      const isOfPush = push !== null && push.epoch === position.epoch;
      if (isOfPush && push.rev <= position.rev) return { state, isNew };
      const since: number = from ?? (isOfPush && push.since <= position.rev ? push.since : position.rev);
      const page = await ask({ ...position, since, to: isOfPush ? push.rev : undefined }, budget);
      const anew = page.reset ? { rev: null } : page.changes.find(({ contentType }) => contentType === null);
      if (anew) {
        // The old position stays until the snapshot is whole: content that is there is better than none.
        state = { ...state, walk: newWalk({ epoch: page.epoch, scope: page.scope, rev: anew.rev }) };
        await write(state);
        continue;
      }
      isNew = (await applyPage(page, budget)) || isNew;
      const rev = Math.max(position.rev, page.rev);
      state = { position: { epoch: page.epoch, rev, scope: page.scope }, walk: null };
      await write(state);
      from = page.rev < rev ? page.rev : null;
      if (!page.more) return { state, isNew };
    }
  }

  async function ask(query: { epoch: string; since: number; scope: string | null; to?: number }, budget: Budget) {
    try {
      return await feed.changes(query, budget);
    } catch (error) {
      // A server that was set back to a backup does not know the push's revision yet.
      if (!(error instanceof SyncError) || error.code !== 'to-ahead') throw error;
      return feed.changes({ ...query, to: undefined }, budget);
    }
  }

  /** @returns whether there was anything in it */
  async function applyPage({ changes }: ChangesPage, budget: Budget): Promise<boolean> {
    let few: Change[] = [];
    const flush = async () => {
      if (few.length > 0) await stored(handler.apply(few));
      few = [];
    };
    for (const change of changes) {
      if (isOfDocument(change)) few.push(change);
      else {
        await flush();
        await refreshType(change, budget);
      }
    }
    await flush();
    return changes.length > 0;
  }

  /** All of one content type anew, in the place of a change that names no document. */
  async function refreshType({ contentType, rev }: FeedChange, budget: Budget): Promise<void> {
    const { id } = newWalk();
    let cursor: string | null = null;
    do {
      const page = await feed.snapshot({ cursor, type: contentType, rev }, budget);
      if (page.reset) throw new SyncError('busy', 'The server changed what it hands out meanwhile.');
      await stored(handler.applySnapshot(page.entries, id));
      ({ cursor } = page);
      if (!page.more) break;
    } while (cursor !== null);
    await stored(handler.finishSnapshot(id, contentType));
  }

  /** A snapshot, from where it was. @returns where the app is then, or the walk that it must take instead */
  async function walk(state: State, first: Walk, budget: Budget): Promise<State> {
    let { cursor } = first;
    const { epoch, scope, rev } = first;
    for (;;) {
      let page;
      try {
        page = await feed.snapshot({ cursor, epoch, scope, rev }, budget);
      } catch (error) {
        if (!(error instanceof SyncError) || error.code !== 'unknown-cursor' || cursor === null) throw error;
        return { ...state, walk: newWalk({ epoch, scope, rev }) };
      }
      if (page.reset) return { ...state, walk: newWalk({ epoch: page.epoch, scope: page.scope, rev: null }) };
      await stored(handler.applySnapshot(page.entries, first.id));
      if (!page.more) {
        await stored(handler.finishSnapshot(first.id, null));
        const done = { position: { epoch: page.epoch, rev: page.rev, scope: page.scope }, walk: null };
        await write(done);
        return done;
      }
      ({ cursor } = page);
      await write({ ...state, walk: { ...first, cursor } });
      if (clock.now() >= budget.deadline) throw outOfTime();
    }
  }

  const newWalk = (sent: Pick<Walk, 'epoch' | 'scope' | 'rev'> = { epoch: null, scope: null, rev: null }): Walk => ({
    id: `${clock.now().toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`,
    cursor: null,
    ...sent,
  });

  return { toTarget };
}

const isOfDocument = (change: FeedChange): change is Change =>
  change.contentType !== null && change.documentId !== null;

async function stored(applied: Promise<void>): Promise<void> {
  await applied.catch((cause: unknown) => {
    throw new SyncError('storage', 'The app could not store what came.', { cause });
  });
}
