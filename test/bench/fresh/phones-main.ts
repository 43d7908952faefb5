import { gunzipSync } from 'node:zlib';
import { startSimulator } from '../../simulator';
import { keysOfToken } from '../../simulator/fast-path';
import { createLine } from './http-line';

/** What the benchmark tells the phones. */
export type ToPhones =
  | {
      kind: 'start';
      /** Where phones ask: the cache, or Strapi itself. */
      host: string;
      port: number;
      lines: number;
      depth: number;
      app: string;
      /** What every phone holds before the push. */
      epoch: string;
      rev: number;
      scope: string;
      /** What it is to hold after it. */
      title: string;
      /** Ids by token of the phones that may be asked what they hold, and the secret of all of them. */
      ids: Record<string, string>;
      secret: string;
    }
  | { kind: 'report' };

/** What the phones tell. */
export type FromPhones =
  | { kind: 'listening'; origin: string; ca: string }
  | { kind: 'started' }
  | {
      kind: 'report';
      /** Phones that were woken, and those that hold what they were woken for. */
      woken: number;
      held: number;
      /** Phones that hold something else. */
      stale: number;
      /** `Date.now()` at which phones came to hold it: in hundredths, from the first to the last. */
      heldAt: number[];
      statuses: Record<number, number>;
      requests: number;
      /** Phones that told the server what they hold, as they were asked to, and how it answered. */
      told: number;
      toldStatuses: Record<number, number>;
      /** `Date.now()` of the last answer to that; 0: none. */
      toldAt: number;
    };

type Start = Extract<ToPhones, { kind: 'start' }>;

interface Push {
  content: { epoch: string; since: number; rev: number; spread?: number; report?: number };
}

interface Answer {
  data: { content?: { title?: string } | null }[];
  meta: { rev: number; more: boolean; reset: boolean };
}

/**
 * An APNs with phones behind it, in a process of its own. A phone that is woken asks the feed for its changes with content,
 * holds what comes, and says so if it is asked; all of them are in the same place of the log, as phones that were woken by the last push are.
 */
async function main(): Promise<void> {
  let phones: ReturnType<typeof createPhones> | null = null;
  const simulator = await startSimulator({
    fast: true,
    onPush: (key, payload) => phones?.wake(key, payload),
  });
  const tell = (message: FromPhones) => process.send!(message);
  process.on('message', (message: ToPhones) => {
    if (message.kind === 'start') {
      phones?.close();
      phones = createPhones(message);
      tell({ kind: 'started' });
    } else if (phones) tell(phones.report());
  });
  process.on('disconnect', () => process.exit(0));
  tell({ kind: 'listening', origin: simulator.origin, ca: simulator.ca });
}

/** Connections that reports go over: one has one on its way. */
const REPORT_LINES = 50;

function createPhones({ host, port, lines: count, depth, app, epoch, rev, scope, title, ids, secret }: Start) {
  const lines = Array.from({ length: count }, () => createLine({ host, port, depth }));
  const reportLines = Array.from({ length: REPORT_LINES }, () => createLine({ host, port, depth: 1 }));
  const idOf = new Map(
    Object.entries(ids).flatMap(([token, id]) => keysOfToken(token).map((key) => [key, id] as const)),
  );
  const woken = new Set<string>();
  const heldAt: number[] = [];
  const statuses: Record<number, number> = {};
  let stale = 0;
  const toldStatuses: Record<number, number> = {};
  let told = 0;
  let toldAt = 0;
  let requests = 0;
  let turn = 0;
  // Pushes and pages are the same for all phones: each is read once.
  let lastPayload = Buffer.alloc(0);
  let lastPush: Push | null = null;
  let lastBody = Buffer.alloc(0);
  let lastAnswer: Answer | null = null;
  const asked = new Map<string, Buffer>();

  function requestOf(since: number, to: number): Buffer {
    const key = `${since} ${to}`;
    let request = asked.get(key);
    if (!request) {
      const query = new URLSearchParams({
        app,
        epoch,
        since: String(since),
        to: String(to),
        include: 'content',
        scope,
      });
      const path = `/api/background-push/changes?${query.toString()}`;
      request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nAccept-Encoding: gzip\r\n\r\n`);
      asked.set(key, request);
    }
    return request;
  }

  /** What the documents for app developers say: only if the phone is of the sample; what is refused is left out. */
  function tell(key: string, { rev: wokenBy, report: share = 0 }: Push['content'], holds: number): void {
    const id = idOf.get(key);
    if (id === undefined || Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 >= share) return;
    const body = JSON.stringify({ epoch, rev: holds, wokenBy, backgroundRefresh: 'available' });
    const line = reportLines[told++ % reportLines.length];
    const head = [
      `PUT /api/background-push/devices/${id} HTTP/1.1`,
      `Host: ${host}:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-device-secret: ${secret}`,
    ];
    line.send(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`), ({ status }) => {
      toldStatuses[status] = (toldStatuses[status] ?? 0) + 1;
      toldAt = Date.now();
    });
  }

  function ask(key: string, push: Push['content'], since: number): void {
    requests += 1;
    const to = push.rev;
    const line = lines[turn++ % lines.length];
    line.send(requestOf(since, to), ({ status, retryAfter, body }) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status !== 200) {
        // As a client does: after as long as it is told.
        setTimeout(() => ask(key, push, since), 1_000 * Math.max(1, retryAfter));
        return;
      }
      if (!lastAnswer || !body.equals(lastBody)) {
        lastBody = Buffer.from(body);
        const plain = isGzip(lastBody) ? gunzipSync(lastBody) : lastBody;
        lastAnswer = JSON.parse(plain.toString()) as Answer;
      }
      const { data, meta } = lastAnswer;
      if (meta.more) ask(key, push, meta.rev);
      else if (data.some(({ content }) => content?.title === title)) {
        heldAt.push(Date.now());
        tell(key, push, meta.rev);
      } else stale += 1;
    });
  }

  return {
    wake(key: string, payload: Buffer): void {
      if (!lastPush || !payload.equals(lastPayload)) {
        lastPayload = Buffer.from(payload);
        lastPush = JSON.parse(lastPayload.toString()) as Push;
      }
      const { content } = lastPush;
      if (content.rev <= rev || woken.has(key)) return;
      woken.add(key);
      const { spread = 0 } = content;
      if (spread === 0) ask(key, content, rev);
      else setTimeout(() => ask(key, content, rev), Math.random() * spread * 1_000);
    },
    report(): FromPhones {
      const sorted = [...heldAt].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
      return {
        kind: 'report',
        woken: woken.size,
        held: sorted.length,
        stale,
        heldAt: sorted.length === 0 ? [] : Array.from({ length: 101 }, (_, n) => at(n / 100)),
        statuses,
        requests,
        told,
        toldStatuses,
        toldAt,
      };
    },
    close: () => [...lines, ...reportLines].forEach((line) => line.close()),
  };
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

void main();
