import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { credential } from '../integration/scene';
import type { BareOrder, BareResult } from './bare-sender-main';
import { median } from './statistics';

const run = promisify(execFile);
const MAIN = path.resolve(__dirname, 'bare-sender-main.js');
const ROUNDS = 3;
/** The plugin's own default. */
const STREAMS = 1_000;

/** The sender alone, in a process of its own, against the same simulator: the medians of a few rounds. */
export async function benchBareSender(server: { origin: string; ca: string }, pushes: number): Promise<BareResult> {
  const order: BareOrder = { ...server, ...credential, streams: STREAMS, pushes };
  const results: BareResult[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await run(process.execPath, [MAIN, JSON.stringify(order)]);
    results.push(JSON.parse(stdout) as BareResult);
  }
  return {
    perSecond: median(results.map(({ perSecond }) => perSecond)),
    cpuSecondsPer100k: median(results.map(({ cpuSecondsPer100k }) => cpuSecondsPer100k)),
  };
}
