import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../integration/databases';
import { TABLES, type PushRow } from '../../server/store/tables';
import { ACCEPTED, insertFleet, laneOf } from './fleet';
import type { BenchOptions } from './options';
import { createEditor, publishInTurns, type Latencies } from './publishing';
import { laneIsQuiet, latestPushId, pushBegins, pushEnds } from './push-phase';
import { sampleAdminApi } from './sampler';
import { openStage, type Stage } from './stage';

export interface Measurement {
  /** Publish latencies while no push to many goes out, ms. */
  idle: Latencies;
  /** The same while one does. */
  sending: Latencies;
  /** How long the admin API took with nothing to do, and while pushes went out and articles were published, ms. */
  adminIdle: number[];
  adminSending: number[];
  counts: Counts;
}

/** Pushes to a device that did not come, and those that came once more than went out. */
export interface Counts {
  missing: number;
  repeated: number;
}

const WARM_UP = 10;
const IDLE_SAMPLE_MS = 20_000;
/** Devices of the sandbox lane, which sends all the time. */
const TESTERS = 20;
/** Pushes while the admin API is asked and articles are published: one takes seconds, too few samples for a p99. */
const PUSHES = 3;

export type Say = (line: string) => void;

/** All of the benchmark on one kind of database. */
export async function measure(database: Database, options: BenchOptions, say: Say): Promise<Measurement> {
  say('starting two Strapi processes');
  const stage = await openStage(database);
  try {
    return await perform(stage, options, say);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe process with the plugin said:\n${stage.with.log()}`, {
      cause: error,
    });
  } finally {
    await stage.close();
  }
}

async function perform(stage: Stage, { devices, publishes }: BenchOptions, say: Say): Promise<Measurement> {
  const { knex } = stage;
  const admin = await stage.with.admin();
  const other = await stage.without.admin();
  const editors = { with: createEditor(admin), without: createEditor(other) };
  const drafts = WARM_UP + (1 + PUSHES) * publishes;
  // Each push begins with a publish of its own.
  await editors.with.write(drafts + PUSHES);
  await editors.without.write(drafts);
  const production = await laneOf(knex, 'production');
  const sandbox = await laneOf(knex, 'sandbox');
  await insertFleet(knex, sandbox.id, TESTERS);

  say(`publishing ${publishes} articles with the plugin and ${publishes} without it, in turns`);
  await publishInTurns(editors, WARM_UP);
  const idle = await publishInTurns(editors, publishes);
  await laneIsQuiet(knex, production.id);
  await laneIsQuiet(knex, sandbox.id);

  say('asking the admin API while nothing else goes on');
  const endIdle = sampleAdminApi(stage.with.url, admin.token);
  await sleep(IDLE_SAMPLE_MS);
  const adminIdle = await endIdle();

  say(`inserting ${devices} devices`);
  const tokens = await insertFleet(knex, production.id, devices, ACCEPTED);

  const sending: Latencies = { with: [], without: [] };
  const adminSending: number[] = [];
  for (let n = 1; n <= PUSHES; n++) {
    say(`pushing to ${devices} devices and publishing as before, ${n} of ${PUSHES}`);
    const before = await latestPushId(knex, production.id);
    await editors.with.publish();
    await pushBegins(knex, production.id, before);
    // Both are asked: a load that only one carries would be taken for the push's.
    const samplers = [sampleAdminApi(stage.with.url, admin.token), sampleAdminApi(stage.without.url, other.token)];
    const [latencies] = await Promise.all([
      publishInTurns(editors, publishes),
      pushEnds(knex, production.id, devices, before),
    ]);
    const [times] = await Promise.all(samplers.map((end) => end()));
    sending.with.push(...latencies.with);
    sending.without.push(...latencies.without);
    adminSending.push(...times);
    // What was published meanwhile makes a push of its own.
    await laneIsQuiet(knex, production.id);
  }
  const pushes = await knex<PushRow>(TABLES.pushes).where({ lane_id: production.id, state: 'finished' });
  const counts = countUp(pushes.length, tokens, await stage.simulator.accepted());
  return { idle, sending, adminIdle, adminSending, counts };
}

function countUp(pushes: number, tokens: ReadonlySet<string>, accepted: ReadonlyMap<string, number>): Counts {
  const times = [...tokens].map((token) => accepted.get(token) ?? 0);
  return {
    missing: times.reduce((sum, count) => sum + Math.max(0, pushes - count), 0),
    repeated: times.reduce((sum, count) => sum + Math.max(0, count - pushes), 0),
  };
}
