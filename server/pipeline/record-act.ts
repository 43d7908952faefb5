import type { Knex } from 'knex';
import { parseActs, withAct, type Act } from '../apps/acts';
import { TABLES, type LaneRow } from '../store/tables';

/** Writes down what somebody did, in the transaction that does it. */
export async function recordAct(trx: Knex.Transaction, laneIds: readonly number[], act: Act): Promise<void> {
  for (const id of laneIds) {
    // The UPDATE is the lock: no other act is written between the SELECT and the next UPDATE.
    await trx<LaneRow>(TABLES.lanes).where({ id }).increment('beat', 1);
    const lane = await trx<LaneRow>(TABLES.lanes).where({ id }).first('acts');
    if (!lane) continue;
    await trx<LaneRow>(TABLES.lanes)
      .where({ id })
      .update({ acts: JSON.stringify(withAct(parseActs(lane.acts), act)) });
  }
}
