import type { Knex } from 'knex';
import { readMembers, type Members } from '../../devices';
import { TABLES, type PushRow, type ShardRow } from '../../store/tables';

/** How many healthy devices a push tries before the rest. */
export const CANARY_SIZE = 100;

/** Parts of a lane's ids that the canary is taken from alike. */
const SLICES = 10;

export interface CanaryOptions {
  /** The lane's highest device id. */
  hi: number;
  /** Whether APNs ever accepted a device of the lane. */
  hasAccepted: boolean;
  /** Devices that a canary before this one tried in vain: others come first. */
  tried: ReadonlySet<number>;
  random: () => number;
}

/**
 * Chooses the devices that a push tries first: those that APNs accepted before, and else from everywhere among the ids,
 * which is to say among the times of registration. Whoever registers invented tokens owns a stretch of them, but not
 * every stretch; and since each stretch is entered at random, another push tries others. A push after one whose canary was
 * refused whole tries none of those devices while there are others.
 *
 * @param members the audience
 * @returns their ids, ascending; none, if no device is without a past refusal
 */
export async function chooseCanary(knex: Knex, members: Members, options: CanaryOptions): Promise<number[]> {
  const { hasAccepted, tried } = options;
  const kinds: Healthy[] = [
    ...(hasAccepted ? [(devices: Knex.QueryBuilder) => devices.where({ accepted: 1 })] : []),
    ...(tried.size > 0 ? [(devices: Knex.QueryBuilder) => devices.whereNotIn('id', [...tried])] : []),
    (devices) => devices,
  ];
  const chosen = new Set<number>();
  for (const kind of kinds) {
    if (chosen.size >= CANARY_SIZE) break;
    for (const id of await sample(knex, members, options, kind)) if (chosen.size < CANARY_SIZE) chosen.add(id);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Narrows a query over devices without a past refusal. */
type Healthy = (devices: Knex.QueryBuilder) => Knex.QueryBuilder;

async function sample(knex: Knex, members: Members, { hi, random }: CanaryOptions, narrow: Healthy): Promise<number[]> {
  const healthy: Healthy = (devices) => narrow(devices.where({ refusals: 0 }).whereNull('gone_at').select('id'));
  const between = async (after: number, upTo: number, limit: number) => {
    const ids: number[] = [];
    while (after < upTo && ids.length < limit) {
      const stretch = { after, upTo, limit: limit - ids.length };
      const page = await readMembers<{ id: number }>(knex, members, stretch, healthy);
      for (const { id } of page.members) ids.push(id);
      after = page.upTo;
    }
    return ids;
  };
  const slices: number[][] = [];
  for (let n = 0; n < SLICES; n++) {
    const [lo, end] = [Math.floor((hi * n) / SLICES), Math.floor((hi * (n + 1)) / SLICES)];
    const start = lo + Math.floor(random() * (end - lo));
    const ids = await between(start, end, CANARY_SIZE);
    slices.push([...ids, ...(await between(lo, start, CANARY_SIZE - ids.length))]);
  }
  return inTurns(slices, CANARY_SIZE);
}

/** One of each list, then the next of each, until there are enough. */
export function inTurns(lists: readonly (readonly number[])[], size: number): number[] {
  const taken: number[] = [];
  for (let n = 0; taken.length < size && lists.some((list) => n < list.length); n++) {
    for (const list of lists) if (n < list.length && taken.length < size) taken.push(list[n]);
  }
  return taken;
}

/** The devices that a lane's latest push tried in vain, because its guard stopped it; none, if it went well. */
export async function triedInVain(knex: Knex, laneId: number): Promise<ReadonlySet<number>> {
  const latest = await knex<PushRow>(TABLES.pushes)
    .where({ lane_id: laneId })
    .orderBy('id', 'desc')
    .first('guard_tripped', 'canary');
  return latest?.guard_tripped === 1 ? canaryOf(latest) : new Set();
}

/** The ids of the devices that a push tries first; none, if its canary is a shard like others, or there is none. */
export function canaryOf(push: Pick<PushRow, 'canary'>): ReadonlySet<number> {
  return new Set(push.canary === null ? [] : (JSON.parse(push.canary) as number[]));
}

/** Narrows a query over devices to those of a shard: the canary's are its own, whatever range they lie in. */
export function whereShard(
  query: Knex.QueryBuilder,
  push: Pick<PushRow, 'canary'>,
  shard: Pick<ShardRow, 'canary'>,
): Knex.QueryBuilder {
  const canary = [...canaryOf(push)];
  if (canary.length === 0) return query;
  return shard.canary === 1 ? query.whereIn('id', canary) : query.whereNotIn('id', canary);
}
