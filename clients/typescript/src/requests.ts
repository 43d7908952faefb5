import { SyncError } from './sync-error.js';
import type { HttpAnswer, HttpRequest, Transport } from './transport.js';
import type { Clock } from './types.js';

/** How long a piece of work may take, and whether it may wait: in a background launch timers may never fire. */
export interface Budget {
  /** Milliseconds since 1970. */
  deadline: number;
  canWait: boolean;
}

export interface RequestsOptions {
  server: string;
  /** Of every request, such as an API token's; read anew for each. */
  headers(): Promise<Record<string, string>> | Record<string, string>;
  transport: Transport;
  clock: Clock;
  /** From 0 to 1. */
  random(): number;
  timeoutMs: number;
}

export type Call = Pick<HttpRequest, 'method' | 'body'> & { path: string; headers?: Record<string, string> };

/** Makes requests again that failed for a reason which passes, within a budget. */
export interface Requests {
  /**
   * @returns the answer's JSON; undefined for an answer without a body
   * @throws SyncError
   */
  send(call: Call, budget: Budget): Promise<unknown>;
}

const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 60_000;
/** Whoever is asked to come later than this comes with the next sync; until then nobody else's would begin. */
const MOST_WAIT_MS = 2 * MOST_PAUSE_MS;

export function createRequests({ server, headers, transport, clock, random, timeoutMs }: RequestsOptions): Requests {
  const base = server.replace(/\/+$/, '');

  async function ownHeaders(): Promise<Record<string, string>> {
    try {
      return await headers();
    } catch (cause) {
      throw new SyncError('storage', 'The headers for a request could not be had.', { cause });
    }
  }

  async function sendOnce({ method, path, body, headers: own }: Call, budget: Budget): Promise<unknown> {
    const left = budget.deadline - clock.now();
    if (left <= 0) throw outOfTime();
    const request: HttpRequest = {
      method,
      url: `${base}${path}`,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(await ownHeaders()),
        ...own,
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: Math.min(timeoutMs, left),
    };
    const answer = await transport(request).catch((cause: unknown) => {
      throw new SyncError('unreachable', `${base} did not answer.`, { cause });
    });
    return read(answer);
  }

  return {
    async send(call, budget) {
      for (let tries = 1; ; tries++) {
        try {
          return await sendOnce(call, budget);
        } catch (error) {
          if (!(error instanceof SyncError) || !PASSES.has(error.kind)) throw error;
          const pause = pauseMs(tries, error.retryAfter, random());
          const isWorthIt =
            tries < MOST_TRIES && pause <= MOST_WAIT_MS && budget.canWait && clock.now() + pause < budget.deadline;
          if (!isWorthIt) throw error;
          await clock.wait(pause);
        }
      }
    },
  };
}

const PASSES: ReadonlySet<string> = new Set(['unreachable', 'busy']);

export const outOfTime = (): SyncError => new SyncError('out-of-time', 'The time for this is over.');

/**
 * How long to wait before the next try. All whom a push woke fail at the same moment: without chance they would come again
 * at the same moment, too.
 */
export function pauseMs(tries: number, retryAfter: number | null, chance: number): number {
  if (retryAfter !== null) {
    const asked = 1_000 * retryAfter;
    return asked + chance * Math.min(Math.max(asked, FIRST_PAUSE_MS), MOST_PAUSE_MS);
  }
  return chance * Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
}

function read(answer: HttpAnswer): unknown {
  const { status, body } = answer;
  if (status === 204) return undefined;
  const json = jsonOf(answer);
  if (status >= 200 && status < 300) {
    if (json === undefined) throw new SyncError('unreadable', 'The answer is no JSON.', { status });
    return json;
  }
  const { message, code } = errorOf(json, body);
  if (status === 429 || status >= 500)
    throw new SyncError('busy', message, { status, code, retryAfter: retryAfterOf(answer) });
  if (status < 400 || json === undefined)
    throw new SyncError('unreadable', `${status} is no answer of the server's.`, { status });
  throw new SyncError('refused', message, { status, code });
}

function jsonOf(answer: HttpAnswer): unknown {
  if (!/\bjson\b/i.test(answer.header('content-type') ?? '')) return undefined;
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    return undefined;
  }
}

interface StrapiError {
  error?: { message?: unknown; details?: { errors?: { code?: unknown }[] } };
}

function errorOf(json: unknown, body: string): { message: string; code: string | null } {
  const { error } = (json ?? {}) as StrapiError;
  const code = error?.details?.errors?.[0]?.code;
  return {
    message: typeof error?.message === 'string' ? error.message : body.slice(0, 200),
    code: typeof code === 'string' ? code : null,
  };
}

/** In seconds, as this server says it; a date is no number and counts as none. */
function retryAfterOf(answer: HttpAnswer): number | null {
  const text = answer.header('retry-after');
  const seconds = text === null || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
