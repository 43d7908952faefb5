import { writeFileSync } from 'node:fs';
import type { Knex } from 'knex';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { TABLES, type PushRow, type ShardRow } from '../../server/store/tables';
import { benchBareSender } from './bare-sender';
import type { BareResult } from './bare-sender-main';
import { ACCEPTED, insertFleet, laneOf } from './fleet';
import type { Say } from './measure';
import { cpuSeconds, peakRssMiB } from './process-usage';
import { createEditor, type Editor } from './publishing';
import { laneIsQuiet, latestPushId, pushEnds } from './push-phase';
import { configFor, openSendingStage, type SendingStage } from './stage';
import { median, middleOf } from './statistics';

/** One push to so many devices, while nobody publishes: of several, the one with the median share. */
export interface SizedPush {
  devices: number;
  /** From its creation to its end, as the plugin's table says. */
  pushMs: number;
  cpuSeconds: number;
  peakRssMiB: number;
  loopDelayP99Ms: number;
  /** Writes to shards: how often one was made, claimed, checkpointed, given back. */
  shardWrites: number;
  /** Its rate, of the rate that the sender alone reached just before and after it. */
  shareOfSender: number;
}

export interface ScaleMeasurement {
  pushes: SizedPush[];
  /** The push to the middle size once more, as if APNs had accepted none of the devices before. */
  firstPush: Omit<SizedPush, 'shareOfSender'>;
  /** The sender alone, the medians of what it reached between the pushes. */
  bare: BareResult;
  /** The push to the middle size again, by two processes on one database; null where only one may work. */
  twoProcesses: { pushMs: number; shares: number[] } | null;
  missing: number;
  repeated: number;
}

/** A first push compiles what the others run. */
const WARM_UP = 5_000;
/** Pushes to a fleet of each size, of which the one with the median share of the sender's rate is told. */
const ROUNDS = 3;

/**
 * Pushes of growing size by one process: the devices of the smaller are among those of the larger, so each device must
 * in the end have got as many pushes as went out since it was there.
 */
export async function measureScale(
  database: 'sqlite' | 'postgres',
  sizes: readonly number[],
  say: Say,
): Promise<ScaleMeasurement> {
  const stage = await openSendingStage(database);
  try {
    return await perform(stage, sizes, say);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe process with the plugin said:\n${stage.with.log()}`, {
      cause: error,
    });
  } finally {
    await stage.close();
  }
}

async function perform(stage: SendingStage, sizes: readonly number[], say: Say): Promise<ScaleMeasurement> {
  const { knex } = stage;
  const lane = await laneOf(knex, 'production');
  const editor = createEditor(await stage.with.admin());
  await editor.write(ROUNDS * sizes.length + 3);
  const middle = middleOf(sizes);
  const expected = new Map<string, number>();
  const grow = async (to: number) => {
    if (to > expected.size) say(`inserting ${to - expected.size} devices`);
    for (const token of await insertFleet(knex, lane.id, to - expected.size, ACCEPTED)) expected.set(token, 0);
    // What so many new rows leave PostgreSQL to do, it would do during the pushes.
    if (stage.with.database.client === 'postgres') await knex.raw('vacuum analyze ??', [TABLES.devices]);
  };
  const push = async (pusher: Editor) => {
    const before = await latestPushId(knex, lane.id);
    await pusher.publish();
    const ended = await pushEnds(knex, lane.id, expected.size, before);
    for (const [token, count] of expected) expected.set(token, count + 1);
    return ended;
  };

  // New tables log a `refresh`, which nobody is there to hear.
  await laneIsQuiet(knex, lane.id);
  await grow(Math.min(WARM_UP, sizes[0]));
  const payload = JSON.parse((await push(editor)).payload) as Record<string, unknown>;
  const bare: BareResult[] = [];
  const sendBare = async () => {
    const result = await benchBareSender(stage.simulator, { pushes: middle, payload });
    bare.push(result);
    return result.perSecond;
  };
  const pushes: SizedPush[] = [];
  let firstPush: ScaleMeasurement['firstPush'] | null = null;
  let twoProcesses: ScaleMeasurement['twoProcesses'] = null;
  for (const size of sizes) {
    await grow(size);
    say(`pushing to ${size} devices ${ROUNDS} times, and with the sender alone in between`);
    const rounds: SizedPush[] = [];
    for (let before = await sendBare(); rounds.length < ROUNDS;) {
      const measured = await measurePush(stage, size, () => push(editor));
      const after = await sendBare();
      rounds.push({ ...measured, shareOfSender: rateOf(measured) / ((before + after) / 2) });
      before = after;
    }
    pushes.push(middleOf(rounds.sort((a, b) => a.shareOfSender - b.shareOfSender)));
    if (size !== middle) continue;
    say(`pushing to ${size} devices for the first time`);
    await knex(TABLES.devices).update({ accepted: 0 });
    firstPush = await measurePush(stage, size, () => push(editor));
    if (stage.with.database.client === 'sqlite') continue;
    say(`pushing to ${size} devices by two processes`);
    twoProcesses = await byTwo(stage, () => push(editor));
  }
  return {
    pushes,
    firstPush: firstPush as ScaleMeasurement['firstPush'],
    bare: {
      perSecond: median(bare.map(({ perSecond }) => perSecond)),
      cpuSecondsPer100k: median(bare.map(({ cpuSecondsPer100k }) => cpuSecondsPer100k)),
    },
    twoProcesses,
    ...compare(expected, await stage.simulator.accepted()),
  };
}

/** Pushes per second. */
export const rateOf = ({ devices, pushMs }: Pick<SizedPush, 'devices' | 'pushMs'>): number =>
  devices / (pushMs / 1_000);

async function measurePush(
  { with: strapi, knex }: SendingStage,
  devices: number,
  push: () => Promise<PushRow>,
): Promise<Omit<SizedPush, 'shareOfSender'>> {
  // proc(5): 5 resets the peak of the resident set.
  writeFileSync(`/proc/${strapi.pid}/clear_refs`, '5');
  await strapi.ask('loop-delay:begin');
  const spent = cpuSeconds(strapi.pid);
  const ended = await push();
  const { loopDelay } = (await strapi.ask('loop-delay:end')) as { loopDelay: { p99Ms: number } };
  return {
    devices,
    pushMs: (ended.finished_at ?? NaN) - ended.created_at,
    cpuSeconds: cpuSeconds(strapi.pid) - spent,
    peakRssMiB: peakRssMiB(strapi.pid),
    loopDelayP99Ms: loopDelay.p99Ms,
    shardWrites: await shardWrites(knex, ended.id),
  };
}

async function byTwo(stage: SendingStage, push: () => Promise<PushRow>): Promise<{ pushMs: number; shares: number[] }> {
  const second: StrapiProcess = await startProcess({
    database: stage.with.database,
    env: { NODE_ENV: 'production' },
    config: configFor(stage.simulator),
  });
  try {
    const before = [stage.with, second].map(({ pid }) => cpuSeconds(pid));
    const ended = await push();
    const spent = [stage.with, second].map(({ pid }, n) => cpuSeconds(pid) - before[n]);
    const all = spent.reduce((sum, seconds) => sum + seconds, 0);
    return { pushMs: (ended.finished_at ?? NaN) - ended.created_at, shares: spent.map((seconds) => seconds / all) };
  } finally {
    await second.kill('SIGTERM');
  }
}

async function shardWrites(knex: Knex, pushId: number): Promise<number> {
  const shards = await knex<ShardRow>(TABLES.shards).where({ push_id: pushId }).select('beat');
  return shards.reduce((sum, { beat }) => sum + beat + 1, 0);
}

function compare(expected: ReadonlyMap<string, number>, received: ReadonlyMap<string, number>) {
  let missing = 0;
  let repeated = 0;
  for (const [token, times] of expected) {
    const got = received.get(token) ?? 0;
    missing += Math.max(0, times - got);
    repeated += Math.max(0, got - times);
  }
  return { missing, repeated };
}
