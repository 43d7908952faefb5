import type { Departure } from '../../admin-api/contract';
import type { Knex } from 'knex';
import { parsePauses } from '../../apps/pauses';
import { askedNextAt, mayBeAsked, parseProbation } from '../../apps/probation';
import type { AppView, LaneView } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { fromDb, readNumber } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type AppRow, type ChangeRow, type LaneRow, type PushRow } from '../../store/tables';
import { BUDGET_WINDOW_MS, departureOf, type DepartureFacts, type Waking } from './departure';
import { PUSH_VERSION } from '../../store/push-version';

export interface LaneFacts {
  lane: LaneRow;
  app: AppRow;
  /** The lane's latest unfinished push. */
  push: PushRow | null;
  departure: Departure;
  departures: number[];
  /** What `departure` was decided by. */
  decidedBy: DepartureFacts;
}

export interface CoalesceOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce'>;
}

/** Reads what decides about a lane's next push. Null: the lane went away. */
export async function readLane(
  { store, config }: CoalesceOptions,
  app: AppView,
  lane: LaneView,
): Promise<LaneFacts | null> {
  const { knex } = store;
  const laneRow = await knex<LaneRow>(TABLES.lanes).where({ id: lane.id }).first();
  const appRow = await knex<AppRow>(TABLES.apps).where({ id: app.id }).first();
  if (!laneRow || !appRow) return null;
  fromDb(laneRow);
  const push =
    laneRow.push_id === null
      ? null
      : ((await knex<PushRow>(TABLES.pushes).where({ id: laneRow.push_id }).first()) ?? null);
  const perHour = config.coalesce.pushesPerHour[lane.environment];
  const now = store.now();
  const departures = perHour === 0 ? [] : await recentDepartures(knex, lane.id, now);
  const probation = parseProbation(laneRow.probation);
  const decidedBy: DepartureFacts = {
    now,
    appEnabled: appRow.enabled === 1,
    setUp: laneRow.credential_source !== null,
    paused: !mayBeAsked(parsePauses(laneRow.pauses), probation),
    askedNextAt: askedNextAt(probation),
    running: push !== null && isScanning(push),
    waking: appRow.head > laneRow.handled ? await wakingChanges(knex, app.id, laneRow.handled) : null,
    unannounced: appRow.head > laneRow.announced,
    hurry: laneRow.hurry,
    quietMs: config.coalesce.quietMs,
    maxWaitMs: config.coalesce.maxWaitMs,
    pushesPerHour: perHour,
    departures,
  };
  const departure = departureOf(decidedBy);
  return { lane: laneRow, app: appRow, push: push && fromDb(push), departure, departures, decidedBy };
}

/**
 * A push whose devices have not all been met: the next one must wait, unless this one is being closed. One of a newer
 * version is not ours to take over, either.
 */
export function isScanning(push: Pick<PushRow, 'state' | 'announced_at' | 'closing' | 'v'>): boolean {
  if (push.state !== 'running') return false;
  return push.v > PUSH_VERSION || (push.announced_at === null && push.closing === null);
}

/** When each push of the last hour had its first device accepted, oldest first. */
export async function recentDepartures(knex: Knex, laneId: number, now: number): Promise<number[]> {
  const rows = await knex<PushRow>(TABLES.pushes)
    .where({ lane_id: laneId })
    .where('first_accepted_at', '>', now - BUDGET_WINDOW_MS)
    .orderBy('first_accepted_at')
    .select('first_accepted_at');
  return rows.map((row) => Number(fromDb(row).first_accepted_at));
}

async function wakingChanges(knex: Knex, appId: number, handled: number): Promise<Waking | null> {
  const row = (await knex<ChangeRow>(TABLES.changes)
    .where({ app_id: appId, wakes: 1 })
    .where('rev', '>', handled)
    .min({ first: 'at' })
    .max({ last: 'at' })
    .first()) as { first: unknown; last: unknown } | undefined;
  const firstAt = readNumber(row?.first);
  const lastAt = readNumber(row?.last);
  return firstAt === null || lastAt === null ? null : { firstAt, lastAt };
}
