import { setTimeout as sleep } from 'node:timers/promises';
import type { Library } from './library';

/** An entry as an app keeps it. */
export interface Held {
  contentType: string;
  documentId: string;
  locale: string | null;
  content?: unknown;
}

interface Change extends Held {
  rev: number;
  action: string;
}

/** What the answer said that sent the app for a snapshot. */
interface Sent {
  epoch?: string;
  scope?: string;
  rev?: number;
}

interface Meta {
  epoch: string;
  rev: number;
  scope: string;
  more: boolean;
  reset: boolean;
  cursor: string | null;
  withheld: string[];
}

export interface Answer<Entry> {
  data: Entry[];
  meta: Meta;
}

export interface PhoneOptions {
  library: Pick<Library, 'url'>;
  app: string;
  /** Of an API token or a user; null: nobody is known. */
  token?: string | null;
  /** Entries per page. */
  limit?: number;
  /** How often it asks again where nobody answers; default: never. */
  tries?: number;
}

const TRY_AGAIN_MS = 200;

/** An app that keeps content as the documents for app developers say. */
export function createPhone({ library, app, token = null, limit = 100, tries = 0 }: PhoneOptions) {
  const held = new Map<string, Held>();
  let position: { epoch: string; rev: number; scope: string } | null = null;
  const key = ({ contentType, documentId, locale }: Held) => JSON.stringify([contentType, documentId, locale]);
  const requests: string[] = [];

  async function get<Entry>(
    path: string,
    query: Record<string, string | number | null | undefined>,
    left = tries,
  ): Promise<Answer<Entry>> {
    const given = Object.entries(query).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
    const url = `${library.url}/api/background-push/${path}?${new URLSearchParams(given).toString()}`;
    requests.push(url);
    const asked = fetch(url, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
    const response = await (left > 0 ? asked.catch(() => null) : asked);
    if (response === null) {
      await sleep(TRY_AGAIN_MS);
      return get(path, query, left - 1);
    }
    if (response.status === 503 && response.headers.has('retry-after')) {
      await sleep(1_000 * Number(response.headers.get('retry-after')));
      return get(path, query);
    }
    if (!response.ok) throw new Error(`${url} → ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer<Entry>;
  }

  /** Marks what a snapshot names, and sweeps the rest. @param type of this type alone */
  async function takeSnapshot(
    type: string | null,
    between: () => Promise<void> = async () => undefined,
    sent: Sent = {},
  ): Promise<void> {
    for (;;) {
      const named = new Map<string, Held>();
      let cursor: string | null = null;
      let answer: Answer<Held>;
      do {
        answer = await get<Held>('snapshot', { app, cursor, limit, type, ...sent });
        for (const entry of answer.data) named.set(key(entry), entry);
        ({ cursor } = answer.meta);
        if (answer.meta.more) await between();
      } while (answer.meta.more && !answer.meta.reset);
      if (answer.meta.reset) {
        sent = { epoch: answer.meta.epoch, scope: answer.meta.scope };
        continue;
      }
      for (const [name, entry] of held) if (type === null || entry.contentType === type) held.delete(name);
      for (const [name, entry] of named) held.set(name, entry);
      const { epoch, rev, scope } = answer.meta;
      if (type === null) position = { epoch, rev, scope };
      return;
    }
  }

  return {
    held,
    requests,
    get,
    takeSnapshot,
    position: () => position,
    /** Goes on from where it was: a snapshot at first, then changes up to the head. */
    async sync(): Promise<void> {
      if (position === null) await takeSnapshot(null);
      for (;;) {
        const { epoch, rev, scope } = position!;
        const { data, meta }: Answer<Change> = await get('changes', {
          app,
          epoch,
          since: rev,
          limit,
          include: 'content',
          scope,
        });
        const anew = data.find(({ contentType }) => contentType === null);
        if (meta.reset || anew) {
          await takeSnapshot(null, undefined, { epoch: meta.epoch, scope: meta.scope, rev: anew?.rev });
          continue;
        }
        for (const change of data) {
          if (change.documentId === null) await takeSnapshot(change.contentType, undefined, { rev: change.rev });
          else if (change.content === null) held.delete(key(change));
          else if (change.content !== undefined) held.set(key(change), change);
        }
        position = { epoch: meta.epoch, rev: meta.rev, scope: meta.scope };
        if (!meta.more) return;
      }
    },
  };
}

export type Phone = ReturnType<typeof createPhone>;
