import { createApply } from './apply.js';
import { parsePush, type ContentPush } from './content-push.js';
import { createFeed } from './feed.js';
import { createRegistration, type Registered, type RegisterOptions } from './registration.js';
import { createRequests, type Budget } from './requests.js';
import { createStateStorage } from './state.js';
import { SyncError } from './sync-error.js';
import { fetchTransport, type Transport } from './transport.js';
import { systemClock, type Clock, type ContentHandler, type Position, type Storage } from './types.js';

export interface ContentSyncOptions<Content = unknown> {
  /** The server's address, such as `https://cms.example.com`. */
  server: string;
  /** The app's bundle id. */
  app: string;
  /** What the app does with content. */
  handler: ContentHandler<Content>;
  storage: {
    /** Lies with the content and goes with it. In a keychain it would outlive an uninstall, and content would never be fetched again. */
    position: Storage;
    /** For a secret; on iOS the keychain, readable after the first unlock: a woken app runs on a locked phone. */
    credentials: Storage;
  };
  /** The server's `rest.prefix`; default `/api`. */
  prefix?: string;
  /** Headers of every request, such as `authorization` with an API token. */
  headers?: () => Promise<Record<string, string>> | Record<string, string>;
  /** Languages that the app holds; default: all. */
  locales?: readonly string[];
  /** Content types that the app holds; default: all. */
  contentTypes?: readonly string[];
  /** Default: `fetch`. */
  transport?: Transport;
  /** How long an answer may take, ms; default 20,000. */
  timeoutMs?: number;
  /** For tests. */
  clock?: Clock;
  random?: () => number;
}

/** As iOS wants to hear it of a background task. `failed`: what came until then is kept, and the next sync goes on there. */
export type SyncResult =
  { result: 'new-data' | 'no-data'; position: Position } | { result: 'failed'; error: SyncError };

export interface WakeOptions {
  /** How long it may take, ms; default 25,000 of the 30,000 that iOS gives. */
  budgetMs?: number;
  /** False where timers may not fire, as in a background launch of React Native: then nothing is asked twice. */
  canWait?: boolean;
}

/** Keeps an app's content fresh. Nothing is thrown but what the method says. */
export interface ContentSync {
  /** At every launch, and whenever the system gives a token. @throws SyncError */
  register(options: RegisterOptions): Promise<Registered>;
  /** When a push woke the app: its payload, as the system hands it over or as `parsePush` read it. */
  handlePush(payload: unknown, options?: WakeOptions): Promise<SyncResult>;
  /** Whenever the app comes to the foreground, and at its start. */
  sync(options?: WakeOptions): Promise<SyncResult>;
  /** The server wakes this installation no more; content stays. @throws SyncError */
  unregister(): Promise<void>;
  /** Null: the app holds nothing yet. @throws SyncError */
  position(): Promise<Position | null>;
}

const WAKE_MS = 25_000;
const TIMEOUT_MS = 20_000;
const NO_DEADLINE = Number.MAX_SAFE_INTEGER;

/** What is asked of the run that goes on: whoever comes meanwhile adds to it, and all get its result. */
interface Run {
  budget: Budget;
  pushes: ContentPush[];
  /** Somebody wants what is newest, whatever a push says. */
  isToHead: boolean;
  result: Promise<SyncResult>;
}

export function createContentSync<Content = unknown>(options: ContentSyncOptions<Content>): ContentSync {
  const { server, app, handler, storage, prefix = '/api', headers = () => ({}) } = options;
  const { transport = fetchTransport(), timeoutMs = TIMEOUT_MS, clock = systemClock, random = Math.random } = options;
  const path = `${prefix.replace(/\/+$/, '')}/background-push`;
  const requests = createRequests({ server, headers, transport, clock, random, timeoutMs });
  const states = createStateStorage(storage.position);
  const { locales = null, contentTypes = null } = options;
  const feed = createFeed(requests, path, { app, locales, contentTypes, content: true });
  const apply = createApply({ feed, handler: handler as ContentHandler, clock, random, write: states.write });
  const position = async () => (await states.read()).position;
  const registration = createRegistration({
    app,
    prefix: path,
    requests,
    storage: storage.credentials,
    clock,
    position,
  });
  let running: Run | null = null;

  const budgetOf = ({ budgetMs, canWait = true }: WakeOptions, most: number): Budget => ({
    deadline: budgetMs === undefined && most === NO_DEADLINE ? NO_DEADLINE : clock.now() + (budgetMs ?? most),
    canWait,
  });

  /** One at a time: two that write one position could turn it back. */
  function join(push: ContentPush | null, budget: Budget): Promise<SyncResult> {
    if (running) {
      if (push) running.pushes.push(push);
      else running.isToHead = true;
      running.budget.deadline = Math.max(running.budget.deadline, budget.deadline);
      running.budget.canWait ||= budget.canWait;
      return running.result;
    }
    const run: Run = {
      budget,
      pushes: push ? [push] : [],
      isToHead: push === null,
      result: Promise.resolve(null as never),
    };
    running = run;
    run.result = perform(run);
    return run.result;
  }

  async function perform(run: Run): Promise<SyncResult> {
    const woke: ContentPush[] = [];
    let isNew = false;
    try {
      let state = await states.read();
      const start = state.position;
      for (;;) {
        // Whoever wants what is newest gets what pushes announced, too.
        const push = run.isToHead ? null : (run.pushes.shift() ?? null);
        if (!push && !run.isToHead) break;
        run.isToHead = false;
        if (push && !isHeld(push, start)) woke.push(push);
        if (push && isHeld(push, state.position)) continue;
        if (push) await spread(push, run.budget);
        const reached = await apply.toTarget(state, { push }, run.budget);
        ({ state } = reached);
        isNew ||= reached.isNew;
      }
      // Whoever comes from here on is not heard by this run any more.
      running = null;
      if (!state.position) throw new SyncError('unreadable', 'The server gave no position.');
      const last = woke[woke.length - 1];
      if (last) await registration.report(last, state.position, run.budget);
      return { result: isNew ? 'new-data' : 'no-data', position: state.position };
    } catch (error) {
      if (running === run) running = null;
      const known = error instanceof SyncError ? error : new SyncError('storage', String(error), { cause: error });
      return { result: 'failed', error: known };
    }
  }

  const isHeld = (push: ContentPush, position: Position | null): boolean =>
    position?.epoch === push.epoch && push.rev <= position.rev;

  /** All whom a push woke would ask at the same moment. */
  async function spread({ spread: seconds }: ContentPush, budget: Budget): Promise<void> {
    const pause = random() * seconds * 1_000;
    if (pause > 0 && budget.canWait && clock.now() + pause < budget.deadline) await clock.wait(pause);
  }

  return {
    register: (told) => registration.register(told, budgetOf({}, WAKE_MS)),
    async handlePush(payload, wake = {}) {
      const push = parsePush(payload);
      // What cannot be read may still mean that there is something new.
      return join(push, budgetOf(wake, WAKE_MS));
    },
    sync: (wake = {}) => join(null, budgetOf(wake, NO_DEADLINE)),
    unregister: () => registration.unregister(budgetOf({}, WAKE_MS)),
    position,
  };
}
