import type { Environment, RecordedAct } from '../admin-api/contract';
import type { Knex } from 'knex';
import { noteFact } from '../store/facts';
import { TABLES, type ActRow } from '../store/tables';

/** A lane as an act names it. */
export interface ActLane {
  id: number;
  appId: number;
  bundleId: string;
  environment: Environment;
}

export type NewAct = RecordedAct & {
  by: string;
  /** By the store's clock. */
  at: number;
  /** The lane that it is done to. */
  lane?: ActLane;
  /** The app that it is done to, with both its lanes. */
  app?: { id: number; bundleId: string };
};

/** Writes down what somebody did, in the transaction that does it: what is rolled back was not done. */
export async function recordAct(trx: Knex, { act, by, at, lane, app, params }: NewAct): Promise<void> {
  const of = lane ? { bundleId: lane.bundleId, environment: lane.environment } : app && { bundleId: app.bundleId };
  noteFact(trx, { kind: 'act', act, params: { ...of, ...params } });
  await trx<ActRow>(TABLES.acts).insert({
    act,
    done_by: by,
    at,
    app_id: lane?.appId ?? app?.id ?? null,
    lane_id: lane?.id ?? null,
    params: JSON.stringify({ ...of, ...params }),
  });
}

/** Finds a lane by its id alone, whether its app was removed or not. */
export async function actLaneOf(knex: Knex, laneId: number): Promise<ActLane | undefined> {
  const row: unknown = await knex(`${TABLES.lanes} as lane`)
    .join(`${TABLES.apps} as app`, 'app.id', 'lane.app_id')
    .where('lane.id', laneId)
    .first({ id: 'lane.id', appId: 'app.id', bundleId: 'app.bundle_id', environment: 'lane.environment' });
  return row as ActLane | undefined;
}
