import type { Act, ActKind, ActParams } from '../admin-api/contract';
import type { Knex } from 'knex';
import { countRows } from '../store/count-rows';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type ActRow } from '../store/tables';

/** What administrators did, newest first, for as long as retention keeps it. */
export interface Acts {
  page(query: { page: number; pageSize: number }): Promise<{ acts: Act[]; total: number }>;
  /** The latest acts on a lane, on its app and on the whole instance. */
  ofLane(lane: { id: number; appId: number }): Promise<Act[]>;
}

/** Enough to see who did what before a push went wrong. */
const LATEST = 20;

export function createActs({ store }: { store: Pick<Store, 'knex'> }): Acts {
  const all = () => store.knex<ActRow>(TABLES.acts);

  return {
    async page({ page, pageSize }) {
      const rows = await all()
        .orderBy('id', 'desc')
        .limit(pageSize)
        .offset((page - 1) * pageSize);
      return { acts: rows.map(toAct), total: await countRows(all()) };
    },

    async ofLane({ id, appId }) {
      const rows = await all()
        .where((either) => {
          either
            .where((own) => void own.where({ app_id: appId }).where(onLaneOrApp(id)))
            .orWhere({ act: 'confirm-instance' satisfies ActKind });
        })
        .orderBy('id', 'desc')
        .limit(LATEST);
      return rows.map(toAct);
    },
  };
}

const onLaneOrApp = (laneId: number) => (which: Knex.QueryBuilder) =>
  void which.where({ lane_id: laneId }).orWhereNull('lane_id');

/** Who last did one of these to a lane, or to its app; null: nobody whose act is still kept. */
export async function lastToDo(
  knex: Knex,
  lane: { id: number; app_id: number },
  acts: readonly ActKind[],
): Promise<string | null> {
  const row = await knex<ActRow>(TABLES.acts)
    .where({ app_id: lane.app_id })
    .where(onLaneOrApp(lane.id))
    .whereIn('act', acts)
    .orderBy('id', 'desc')
    .first('done_by');
  return row?.done_by ?? null;
}

function toAct(row: ActRow): Act {
  const { id, act, done_by: by, at, lane_id: laneId, params } = fromDb(row);
  return { id, act: act as ActKind, by, at, laneId, params: JSON.parse(params) as ActParams };
}
