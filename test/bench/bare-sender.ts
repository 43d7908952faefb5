import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { credential } from '../integration/scene';
import type { BareOrder, BareResult } from './bare-sender-main';

const run = promisify(execFile);
const MAIN = path.resolve(__dirname, 'bare-sender-main.js');
/** The plugin's own default. */
const STREAMS = 1_000;

/** The sender alone, in a process of its own, against the same simulator and with the same payload. */
export async function benchBareSender(
  server: { origin: string; ca: string },
  load: Pick<BareOrder, 'pushes' | 'payload'>,
): Promise<BareResult> {
  const { origin, ca } = server;
  const order: BareOrder = { origin, ca, ...credential, streams: STREAMS, ...load };
  const { stdout } = await run(process.execPath, [MAIN, JSON.stringify(order)]);
  return JSON.parse(stdout) as BareResult;
}
