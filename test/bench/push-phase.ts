import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { until } from '../until';
import { fromDb } from '../../server/store/from-db';
import { TABLES, type AppRow, type LaneRow, type PushRow } from '../../server/store/tables';

/** Coarse, so that looking costs the Strapi on the same database nothing. */
const LOOK_MS = 250;
const QUIET_WITHIN_MS = 60_000;
/** Per device of the push, beside a minute: a laptop does thousands a second. */
const MS_PER_DEVICE = 5;

/** Waits until every change has a number and the lane has told them all: the next change makes a new push. */
export async function laneIsQuiet(knex: Knex, laneId: number): Promise<void> {
  const quiet = async () => {
    const lane = (await knex<LaneRow>(TABLES.lanes).where({ id: laneId }).first()) as LaneRow;
    const app = (await knex<AppRow>(TABLES.apps).where({ id: lane.app_id }).first()) as AppRow;
    const loose = (await knex(TABLES.changes).whereNull('rev').first('id')) as { id: number } | undefined;
    return !loose && lane.push_id === null && Number(lane.handled) === Number(app.head);
  };
  await look(quiet, QUIET_WITHIN_MS, 'The end of earlier pushes');
}

/** @returns the id of the lane's latest push, 0 before the first */
export async function latestPushId(knex: Knex, laneId: number): Promise<number> {
  return (await latest(knex, laneId))?.id ?? 0;
}

/** Waits until the lane has a push later than `after`; a small one may have ended by then. */
export async function pushBegins(knex: Knex, laneId: number, after: number): Promise<void> {
  await look(async () => (await latestPushId(knex, laneId)) > after, QUIET_WITHIN_MS, 'The push');
}

/** Waits until the lane's latest push is one later than `after`, and has ended. */
export async function pushEnds(knex: Knex, laneId: number, devices: number, after: number): Promise<PushRow> {
  const ended = async () => {
    const push = await latest(knex, laneId);
    return push?.state === 'finished' && push.id > after && push;
  };
  return look(ended, QUIET_WITHIN_MS + devices * MS_PER_DEVICE, 'The end of the push');
}

async function latest(knex: Knex, laneId: number): Promise<PushRow | undefined> {
  const push = (await knex<PushRow>(TABLES.pushes).where({ lane_id: laneId }).orderBy('id', 'desc').first()) as
    PushRow | undefined;
  return push && fromDb(push);
}

function look<T>(condition: () => Promise<T>, within: number, what: string) {
  const seldom = async () => {
    await sleep(LOOK_MS);
    return condition();
  };
  return until(seldom, { within, what });
}
