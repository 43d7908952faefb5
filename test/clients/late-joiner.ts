import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ContentSync,
  ContentSyncOptions,
  HttpAnswer,
  HttpRequest,
  MemoryContent,
  Storage,
} from '../../clients/typescript/src';

interface Built {
  createContentSync(options: ContentSyncOptions): ContentSync;
  memoryContent(): MemoryContent;
  memoryStorage(text?: string): Storage;
}

const json = (body: unknown): HttpAnswer => ({
  status: 200,
  header: (name) => (name === 'content-type' ? 'application/json' : null),
  body: JSON.stringify(body),
});

const PATIENCE_MS = 5_000;
const position = { epoch: 'e1', scope: 's1', more: false, reset: false };
const credentials = { id: '00000000-0', secret: 's', app: 'a', told: { backgroundRefresh: null }, at: 0 };

/**
 * A sync that begins while an earlier one only tells the server what the app holds is heard: it asks for itself.
 *
 * @returns what is wrong; null: nothing
 */
export async function lateJoinerProblem(folder: string): Promise<string | null> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { createContentSync, memoryContent, memoryStorage } = require(path.join(folder, 'dist/cjs')) as Built;
  const asked: string[] = [];
  let reporting: () => void = () => undefined;
  const isReporting = new Promise<void>((resolve) => (reporting = resolve));
  let answerReport: () => void = () => undefined;
  const mayAnswer = new Promise<void>((resolve) => (answerReport = resolve));
  const transport = async ({ method, url }: HttpRequest): Promise<HttpAnswer> => {
    asked.push(`${method} ${/since=\d+/.exec(url)?.[0] ?? 'report'}`);
    if (method === 'GET') return json({ data: [], meta: { ...position, rev: url.includes('to=42') ? 42 : 43 } });
    reporting();
    await mayAnswer;
    return json({ data: {} });
  };
  const sync = createContentSync({
    server: 'http://server',
    app: 'a',
    handler: memoryContent(),
    storage: {
      position: memoryStorage(JSON.stringify({ position: { epoch: 'e1', rev: 41, scope: 's1' }, walk: null })),
      credentials: memoryStorage(JSON.stringify(credentials)),
    },
    transport,
  });
  const woken = sync.handlePush({ content: { epoch: 'e1', since: 41, rev: 42, report: 1 } });
  await isReporting;
  const later = sync.sync();
  // If it waits for the report, it was taken for part of the sync that is over.
  await Promise.race([later, sleep(PATIENCE_MS)]);
  answerReport();
  await woken;
  const { result } = await later;
  const at = await sync.position();
  const isRight = result !== 'failed' && at?.rev === 43 && asked.join() === 'GET since=41,PUT report,GET since=42';
  return isRight ? null : `it asked ${asked.join(', ')} and is at ${JSON.stringify(at)}`;
}
