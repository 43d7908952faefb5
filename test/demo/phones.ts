import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../simulator/log';
import { BUNDLE_ID } from './stage';

/** A phone after its registration: where its app stands in the log. */
export interface Phone {
  /** What its registration was answered with. */
  id: string;
  secret: string;
  token: string;
  epoch: string;
  rev: number;
  /** Title of the article that the app would show; null: none yet. */
  title: string | null;
}

interface Push {
  content: { epoch: string; since: number; rev: number; spread?: number; report?: number };
}

interface Answer {
  data: { content?: { title?: string } | null }[];
  meta: { epoch: string; rev: number; more: boolean };
}

/** Requests in flight. */
const AT_ONCE = 50;

/** The apps on the phones: woken by a push, each asks the feed for what changed and holds it. */
export function createPhones(url: string, phones: readonly Phone[]) {
  const byToken = new Map(phones.map((phone) => [phone.token, phone]));
  const waiting: (() => Promise<void>)[] = [];
  let working = 0;
  let seen = 0;

  function pump(): void {
    while (working < AT_ONCE) {
      const work = waiting.shift();
      if (!work) return;
      working += 1;
      void work().finally(() => {
        working -= 1;
        pump();
      });
    }
  }

  async function sync(phone: Phone, { rev: to }: Push['content']): Promise<void> {
    while (phone.rev < to) {
      const { epoch, rev } = phone;
      const query = new URLSearchParams({
        app: BUNDLE_ID,
        epoch,
        since: String(rev),
        to: String(to),
        include: 'content',
      });
      const response = await fetch(`${url}/api/background-push/changes?${query.toString()}`).catch(() => null);
      if (!response?.ok) {
        await sleep(1_000 * Number(response?.headers.get('retry-after') ?? 1));
        continue;
      }
      const { data, meta } = (await response.json()) as Answer;
      for (const { content } of data) if (content?.title !== undefined) phone.title = content.title;
      phone.rev = meta.rev;
    }
  }

  /** Says what the phone holds now, if the push asks for it and the phone is of the sample. */
  async function report({ id, secret, epoch, rev }: Phone, { report: share = 0, rev: wokenBy }: Push['content']) {
    if (Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 >= share) return;
    // One that is refused is left out: the next says the same.
    await fetch(`${url}/api/background-push/devices/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-device-secret': secret },
      body: JSON.stringify({ epoch, rev, wokenBy, backgroundRefresh: 'available' }),
    }).catch(() => undefined);
  }

  return {
    /** Lets the phones see the pushes that APNs accepted since it was called last. */
    wake(log: readonly LogEntry[]): void {
      while (seen < log.length) {
        const entry = log[seen];
        if (entry.status === null) break;
        seen += 1;
        const phone = byToken.get(entry.token);
        if (entry.status !== 200 || !phone) continue;
        const { content } = entry.body as Push;
        const ask = () => {
          waiting.push(() => sync(phone, content).then(() => report(phone, content)));
          pump();
        };
        setTimeout(ask, Math.random() * 1_000 * (content.spread ?? 0));
      }
    },
    /** How many hold the article with this title. */
    holding: (title: string): number => phones.filter((phone) => phone.title === title).length,
  };
}

export type Phones = ReturnType<typeof createPhones>;
