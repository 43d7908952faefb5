import type { Knex } from 'knex';
import { apnsIdOf } from '../../server/apns';
import { fromDb } from '../../server/store/from-db';
import { TABLES, type Counters, type PushRow, type RetryRow, type ShardRow } from '../../server/store/tables';
import type { Simulator } from '../simulator';

/** The devices that a process had in hand and not written down when it was hit: those may get the push once more. */
export interface InHand {
  pushId: number;
  /** Ids above the checkpoint, up to the shard's end. */
  above: number;
  upTo: number;
  /** Devices of the shard that waited for a retry. */
  retries: ReadonlySet<number>;
}

/**
 * The shards that are held, with their last checkpoints. Read it when the fault has hit: from then on a checkpoint that
 * was under way can only make less of it.
 */
export async function inHand(knex: Knex, owner?: string): Promise<InHand[]> {
  const shards = knex<ShardRow>(TABLES.shards).where({ state: 'open' }).whereNotNull('owner');
  const held = await (owner === undefined ? shards : shards.where({ owner }));
  return Promise.all(
    held.map(async (shard) => {
      const retries = await knex<RetryRow>(TABLES.retries).where({ shard_id: shard.id }).select('device_id');
      return {
        pushId: shard.push_id,
        above: shard.cursor,
        upTo: shard.hi,
        retries: new Set(retries.map(({ device_id: id }) => id)),
      };
    }),
  );
}

/** What the simulator saw against what the test knows and the plugin says. Empty lists and no repeats are what is wanted. */
export interface Verdict {
  /** Devices that a finished push of theirs never reached. */
  missing: number[];
  /** Requests for no device and push of this test. */
  strangers: string[];
  /** Devices that got a push again although no process that was hit had them in hand. */
  repeatedWithoutCause: number[];
  /** Pushes whose counters do not add up, or say something else than the simulator. */
  miscounted: string[];
}

export interface JudgeOptions {
  knex: Knex;
  simulator: Pick<Simulator, 'log'>;
  /** The test's own list: device token → device id. */
  devices: ReadonlyMap<string, number>;
  /** What was in hand at each fault. */
  inHand?: readonly InHand[];
  /** Devices that APNs could not tell about, because the fault lay on the way to it: repeated, but never more often. */
  unanswered?: number;
  /** Devices that no push has to reach: the test had them refused, or removed. */
  except?: ReadonlySet<number>;
  /** Whether pushes may be unfinished. */
  running?: boolean;
}

const ENDS = ['accepted', 'rejected', 'unknown', 'expired', 'cancelled', 'superseded', 'removed'] as const;

/** The one check that every fault test ends with. */
export async function judge(options: JudgeOptions): Promise<Verdict & { repeated: number }> {
  const { knex, simulator, devices, inHand: hands = [], except = new Set(), unanswered = 0 } = options;
  const pushes = (await knex<PushRow>(TABLES.pushes).orderBy('id')).map((row) => fromDb(row));
  const expected = new Map<string, { push: PushRow; device: number; token: string }>();
  for (const push of pushes) {
    for (const [token, device] of devices) expected.set(apnsIdOf(push.uuid, device), { push, device, token });
  }

  const strangers: string[] = [];
  const times = new Map<string, number>();
  for (const { apnsId, token, status } of simulator.log) {
    if (expected.get(apnsId)?.token !== token) strangers.push(`${apnsId} for …${token.slice(-6)}`);
    else if (status === 200) times.set(apnsId, (times.get(apnsId) ?? 0) + 1);
  }

  const missing: number[] = [];
  const repeats: number[] = [];
  const reached = new Map<number, number>();
  for (const [apnsId, { push, device }] of expected) {
    const count = times.get(apnsId) ?? 0;
    if (count > 0) reached.set(push.id, (reached.get(push.id) ?? 0) + 1);
    if (count === 0 && push.ended === 'done' && device <= push.hi && !except.has(device)) missing.push(device);
    if (count > 1 && !hands.some((hand) => wasInHand(hand, push.id, device))) repeats.push(device);
  }

  const miscounted: string[] = [];
  for (const push of pushes) {
    const problem = options.running === true && push.state === 'running' ? null : await recount(knex, push, reached);
    if (problem) miscounted.push(`push ${push.id}: ${problem}`);
  }
  return {
    missing,
    strangers,
    repeatedWithoutCause: repeats.length <= unanswered ? [] : repeats,
    miscounted,
    repeated: [...times.values()].reduce((sum, count) => sum + Math.max(0, count - 1), 0),
  };
}

const wasInHand = ({ pushId, above, upTo, retries }: InHand, push: number, device: number): boolean =>
  pushId === push && ((above < device && device <= upTo) || retries.has(device));

/** @returns what is wrong with the counters of a finished push, or null */
async function recount(knex: Knex, push: PushRow, reached: ReadonlyMap<number, number>): Promise<string | null> {
  if (push.state !== 'finished') return 'has not finished';
  const sum = ENDS.reduce((total, name) => total + push[name], 0);
  const counters = JSON.stringify(
    Object.fromEntries(['met', ...ENDS].map((name) => [name, push[name as keyof Counters]])),
  );
  if (sum !== push.met) return `met is not the sum of its ends: ${counters}`;
  const left = (await knex<RetryRow>(TABLES.retries).where({ push_id: push.id })).length;
  if (left > 0) return `has finished, but ${left} devices wait for a retry`;
  const got = reached.get(push.id) ?? 0;
  if (push.ended === 'done' && push.accepted > got) return `${got} devices got it: ${counters}`;
  // Whoever got it and is not counted as accepted is one whose answer was lost.
  if (push.ended === 'done' && got - push.accepted > push.unknown + push.removed) {
    return `${got} devices got it: ${counters}`;
  }
  return null;
}
