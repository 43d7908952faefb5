import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Alarms } from '../../alarms/alarms';
import { countRows } from '../../store/count-rows';
import { readNumber } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow, type PushRow, type ShardRow } from '../../store/tables';

/**
 * The brake on deletions. A device that APNs accepted before and calls gone now (410) is marked, and deleted when its
 * push ends. If so many are called gone that the mistake must be APNs' or ours, the marks stay, and a person decides.
 */

const A_DAY_MS = 86_400_000;
const LEAST_GONE = 10;
/** More than so many of a fleet do not uninstall an app from one push to the next. */
const GONE_SHARE = 0.1;

export interface GoneFacts {
  /** Devices accepted before that the push was told are gone. */
  gone: number;
  /** Answers of devices accepted before, those included. */
  answers: number;
  /** Devices of the lane that pushes of the last day ended in deleting so. */
  goneBefore: number;
}

/** Whether so many devices are called gone that nobody should believe it. Pure, so that each case is a row of a test. */
export function isImplausible({ gone, answers, goneBefore }: GoneFacts): boolean {
  const inAll = gone + goneBefore;
  return gone > 0 && inAll >= LEAST_GONE && inAll / (answers + goneBefore) > GONE_SHARE;
}

export const deletionsAlarm = (laneId: number) => `deletions-held:${laneId}`;

export interface DeletionsOptions {
  store: Store;
  alarms: Pick<Alarms, 'raise'>;
}

/**
 * Ends the deletions of a push that finishes: does them, holds them, or takes them back where its guard says that its
 * refusals mean nothing. May be done again, by any process, until the push has finished.
 *
 * @returns how many devices the push was told are gone and are deleted
 */
export async function endDeletions(
  { store, alarms }: DeletionsOptions,
  push: Readonly<PushRow>,
  shards: readonly ShardRow[],
): Promise<number> {
  const gone = shards.reduce((sum, shard) => sum + shard.gone, 0);
  if (gone === 0) return 0;
  const answers = shards.reduce((sum, shard) => sum + shard.guard_answers, 0);
  const marked = (devices: Devices) => devices.where({ gone_push: push.id });
  if (isImplausible({ gone, answers, goneBefore: await deletedToday(store, push.lane_id) })) {
    const held = await countRows(heldDevices(store, push.lane_id));
    await alarms.raise(deletionsAlarm(push.lane_id), 'deletions-held', { held, gone, answered: answers }, push.lane_id);
    return 0;
  }
  const isTrusted = push.guard === 1 && push.guard_tripped === 0;
  for await (const devices of windows(store, push.lane_id)) await (isTrusted ? erase : unmark)(marked(devices()));
  return isTrusted ? gone : 0;
}

/**
 * A person decides about the deletions of a lane that are held: does them, or forgets them. Marks of a push that still
 * runs are left to its end.
 *
 * @returns how many devices it concerned
 */
export async function decideDeletions(store: Store, laneId: number, decision: 'confirm' | 'drop'): Promise<number> {
  const running = store.knex<PushRow>(TABLES.pushes).where({ lane_id: laneId, state: 'running' }).select('id');
  const change = decision === 'confirm' ? erase : unmark;
  let changed = 0;
  for await (const devices of windows(store, laneId)) {
    changed += await change(devices().whereNotNull('gone_at').whereNotIn('gone_push', running.clone()));
  }
  return changed;
}

async function deletedToday({ knex, now }: Store, laneId: number): Promise<number> {
  const row = (await knex<PushRow>(TABLES.pushes)
    .where({ lane_id: laneId, state: 'finished' })
    .where('finished_at', '>', now() - A_DAY_MS)
    .sum({ gone: 'gone' })
    .first()) as { gone: unknown } | undefined;
  return readNumber(row?.gone) ?? 0;
}

type Devices = Knex.QueryBuilder<DeviceRow, unknown>;

const heldDevices = ({ knex }: Store, laneId: number) =>
  knex<DeviceRow>(TABLES.devices).where({ lane_id: laneId }).whereNotNull('gone_at');

/** One that registered again has lost its mark with that, but not if an older version of the plugin wrote it down. */
const erase = async (devices: Devices): Promise<number> => devices.whereRaw('registered_at <= gone_at').delete();

const unmark = async (devices: Devices): Promise<number> => devices.update({ gone_at: null, gone_push: null });

/** Ids looked at in one statement: all at once would hold up Strapi on SQLite, and others' rows on MariaDB. */
const WINDOW = 5_000;

/** Yields what makes a query, not a query: an async generator would run that. */
async function* windows({ knex }: Store, laneId: number): AsyncGenerator<() => Devices> {
  const devices = () => knex<DeviceRow>(TABLES.devices).where({ lane_id: laneId });
  const row = (await devices().min({ first: 'id' }).max({ last: 'id' }).first()) as
    { first: unknown; last: unknown } | undefined;
  const last = readNumber(row?.last) ?? 0;
  for (let from = readNumber(row?.first) ?? 1; from <= last; from += WINDOW) {
    const lo = from;
    yield () =>
      devices()
        .where('id', '>=', lo)
        .where('id', '<', lo + WINDOW);
    await nextTurn();
  }
}
