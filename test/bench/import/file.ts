import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BUNDLE_ID } from '../../integration/scene';

/** One line in so many is wrong. */
const WRONG_EVERY = 1_000;
const LINES_AT_ONCE = 1_000;

/** A sum over tokens that does not depend on their order: two files with the same are taken to name the same devices. */
export interface Tally {
  devices: number;
  sum: number;
}

export const emptyTally = (): Tally => ({ devices: 0, sum: 0 });

export function countToken(tally: Tally, token: string): void {
  tally.devices += 1;
  tally.sum = (tally.sum + parseInt(token.slice(0, 8), 16)) % 0x1_0000_0000;
}

/** A file on the disk, read as a browser reads one. */
export interface DeviceFile {
  blob: Blob;
  /** What it names. */
  tally: Tally;
  wrong: number;
  remove(): Promise<void>;
}

export async function writeDeviceFile(lines: number): Promise<DeviceFile> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'bgp-import-'));
  const file = path.join(directory, 'devices.ndjson');
  const tally = emptyTally();
  let wrong = 0;
  const stream = createWriteStream(file);
  for (let n = 0; n < lines;) {
    const some: string[] = [];
    for (; n < lines && some.length < LINES_AT_ONCE; n++) {
      const token = createHash('sha256').update(`device ${n}`).digest('hex');
      const isWrong = n % WRONG_EVERY === WRONG_EVERY - 1;
      if (isWrong) wrong += 1;
      else countToken(tally, token);
      some.push(lineOf(n, isWrong ? `${token}!` : token));
    }
    if (!stream.write(some.join(''))) await once(stream, 'drain');
  }
  await new Promise<void>((resolve) => stream.end(resolve));
  return { blob: await openAsBlob(file), tally, wrong, remove: () => rm(directory, { recursive: true }) };
}

function lineOf(n: number, token: string): string {
  const device = {
    app: BUNDLE_ID,
    environment: 'production',
    token,
    locale: n % 3 === 0 ? 'de' : 'en',
    tags: n % 10 === 0 ? ['sport'] : [],
  };
  return `${JSON.stringify(device)}\n`;
}
