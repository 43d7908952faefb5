import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** An answer as bytes, ready to be sent. */
export interface Page {
  body: Buffer;
  /** The same for whoever takes gzip; null where it saves nothing. */
  gzipped: Buffer | null;
  etag: string;
}

/** Shorter ones fit a packet as they are. */
const WORTH_GZIP = 1_400;

/** @param entries JSON of each */
export async function toPage(entries: readonly string[], meta: object): Promise<Page> {
  const body = Buffer.from(`{"data":[${entries.join(',')}],"meta":${JSON.stringify(meta)}}`);
  return {
    body,
    gzipped: body.length < WORTH_GZIP ? null : await promisify(gzip)(body),
    etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
  };
}

export interface HotPagesOptions {
  /** Of all pages together; the one that was asked for longest ago goes first. */
  maxBytes: number;
  /** Monotonic milliseconds. */
  now: () => number;
}

/** What is kept of an answer. */
export interface Kept<Answer> {
  answer: Answer;
  /** Of the answer; 0: it is not kept. */
  bytes: number;
}

/**
 * Answers that many ask for at once, made once: a push wakes a million phones, and they ask for the same page. Whoever asks
 * while it is made waits for it.
 */
export function createHotPages<Answer>({ maxBytes, now }: HotPagesOptions) {
  interface Entry {
    mark: string;
    answer: Promise<Answer>;
    bytes: number;
    madeAt: number;
  }
  const entries = new Map<string, Entry>();
  let held = 0;

  function drop(key: string, entry: Entry): void {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    held -= entry.bytes;
  }

  function make(key: string, mark: string, work: () => Promise<Kept<Answer>>): Promise<Answer> {
    const entry: Entry = { mark, bytes: 0, madeAt: now(), answer: Promise.resolve() as Promise<never> };
    entry.answer = work().then(
      ({ answer, bytes }) => {
        if (entries.get(key) !== entry) return answer;
        if (bytes === 0) drop(key, entry);
        entry.bytes = bytes;
        held += bytes;
        for (const [oldest, other] of entries) {
          if (held <= maxBytes) break;
          drop(oldest, other);
        }
        return answer;
      },
      (error: unknown) => {
        drop(key, entry);
        throw error;
      },
    );
    entries.set(key, entry);
    return entry.answer;
  }

  function fresh(key: string, mark: string, maxAgeMs: number): Entry | undefined {
    const known = entries.get(key);
    return known && known.mark === mark && now() - known.madeAt <= maxAgeMs ? known : undefined;
  }

  return {
    /** Whether `get` would make nothing. */
    has: (key: string, mark: string, maxAgeMs: number): boolean => fresh(key, mark, maxAgeMs) !== undefined,
    /**
     * @param key what is asked for
     * @param mark with what it changes: a kept answer of another mark is made anew
     * @param maxAgeMs and one that is older
     */
    get(key: string, mark: string, maxAgeMs: number, work: () => Promise<Kept<Answer>>): Promise<Answer> {
      const known = fresh(key, mark, maxAgeMs);
      if (known) {
        // The last in the map was asked for last.
        entries.delete(key);
        entries.set(key, known);
        return known.answer;
      }
      const old = entries.get(key);
      if (old) drop(key, old);
      return make(key, mark, work);
    },
    /** What is held, in bytes. */
    get bytes() {
      return held;
    },
  };
}
