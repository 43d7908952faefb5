import { setTimeout as sleep } from 'node:timers/promises';
import { markOf, readPiece } from '../../../admin/moving/file-pieces';
import { DEVICES_FILE_END, type DeviceImport } from '../../../server/admin-api/contract';
import type { AdminSession } from '../../integration/admin-session';
import type { Database } from '../../integration/databases';
import { createEditor } from '../publishing';
import { configFor, openSendingStage, type SendingStage } from '../stage';
import { countToken, emptyTally, type DeviceFile, type Tally } from './file';
import { watchMemory, type Memory } from './memory';
import type { ImportOptions } from './options';

/** An import or an export, and what became of an editor beside it. */
export interface Move {
  lines: number;
  ms: number;
  memory: Memory;
  /** How long each publish took meanwhile, ms. */
  publishes: number[];
}

export interface ImportResult {
  /** How long publishes took while nothing was moved, ms. */
  idle: number[];
  import: Move;
  export: Move;
  /** Devices of the file that the export lacks or names wrongly, and wrong lines that were not refused. */
  lost: number;
  accepted: number;
}

const WARM_UP = 10;
/** Between two publishes. */
const PAUSE_MS = 250;

export async function measureImport(
  database: Database,
  file: DeviceFile,
  options: ImportOptions,
  say: (line: string) => void,
): Promise<ImportResult> {
  // Nothing is sent: a push would be measured with it.
  const stage = await openSendingStage(database, (simulator) => ({
    ...configFor(simulator),
    delivery: { enabled: false },
  }));
  try {
    return await perform(stage, file, options, say);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe process with the plugin said:\n${stage.with.log()}`, {
      cause: error,
    });
  } finally {
    await stage.close();
  }
}

async function perform(
  { with: strapi }: SendingStage,
  file: DeviceFile,
  { lines, publishes }: ImportOptions,
  say: (line: string) => void,
): Promise<ImportResult> {
  const admin = await strapi.admin();
  const publish = createPublisher(admin);
  await publish((done) => done >= WARM_UP);
  say(`publishing ${publishes} articles while nothing else goes on`);
  const idle = await publish((done) => done >= publishes);

  say(`importing ${lines} lines`);
  const taken = await beside(publish, () => takeIn(admin, strapi.pid, file, lines));
  say(`exporting ${file.tally.devices} devices`);
  const given = await beside(publish, () => giveOut(strapi.url, admin.token, strapi.pid, file.tally.devices));
  return {
    idle,
    import: taken.move,
    export: given.move,
    lost: differenceOf(given.result, file.tally),
    accepted: file.wrong - taken.result.refused,
  };
}

type Publish = (isOver: (done: number) => boolean) => Promise<number[]>;

/** One article after the other, until it is over. */
function createPublisher(admin: AdminSession): Publish {
  const editor = createEditor(admin);
  return async (isOver) => {
    const took: number[] = [];
    while (!isOver(took.length)) {
      await editor.write(1);
      took.push(await editor.publish());
      await sleep(PAUSE_MS);
    }
    return took;
  };
}

interface Moved<T> {
  result: T;
  lines: number;
  memory: Memory;
}

async function beside<T>(publish: Publish, work: () => Promise<Moved<T>>): Promise<{ move: Move; result: T }> {
  let over = false;
  const publishing = publish(() => over);
  const from = performance.now();
  try {
    const { result, lines, memory } = await work();
    const ms = performance.now() - from;
    over = true;
    return { result, move: { lines, ms, memory, publishes: await publishing } };
  } finally {
    over = true;
    await publishing.catch(() => undefined);
  }
}

/** Sends a file piece by piece, each when the one before it was taken in. */
async function takeIn(
  admin: AdminSession,
  pid: number,
  { blob }: DeviceFile,
  lines: number,
): Promise<Moved<DeviceImport>> {
  const memory = watchMemory(pid, lines);
  const file = { name: 'devices.ndjson', size: blob.size, mark: await markOf(blob) };
  const imports = '/background-push/imports';
  let { data: at } = await admin.call<{ data: DeviceImport }>('POST', imports, file);
  while (at.finishedAt === null) {
    const piece = await readPiece(blob, at.offset);
    ({ data: at } = await admin.call<{ data: DeviceImport }>('POST', `${imports}/${at.id}/lines`, piece));
    memory.reached(at.lines);
  }
  return { result: at, lines: at.lines, memory: memory.end() };
}

async function giveOut(url: string, token: string, pid: number, devices: number): Promise<Moved<Tally>> {
  const memory = watchMemory(pid, devices);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/background-push/devices/export`, { headers });
  if (!answer.ok || !answer.body) throw new Error(`The export answered ${answer.status}.`);
  const tally = emptyTally();
  let isWhole = false;
  for await (const line of linesOf(answer.body)) {
    const said = JSON.parse(line) as { token: string; devices: number } & Record<string, unknown>;
    if (said[DEVICES_FILE_END]) isWhole = said.devices === tally.devices;
    else countToken(tally, said.token);
    memory.reached(tally.devices);
  }
  if (!isWhole) throw new Error('The export broke off.');
  return { result: tally, lines: tally.devices, memory: memory.end() };
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function differenceOf(one: Tally, other: Tally): number {
  const missing = Math.abs(one.devices - other.devices);
  return missing === 0 && one.sum !== other.sum ? 1 : missing;
}
