import type { Knex } from 'knex';
import { TABLES, type ClosingCause, type LaneRow, type PushRow } from '../store/tables';

/** Ends one push before every device was answered. The first cause stays. */
export async function beginClosing(knex: Knex, pushId: number, cause: ClosingCause): Promise<void> {
  await close(knex, knex<PushRow>(TABLES.pushes).where({ id: pushId }), cause);
}

/** Ends whatever the lanes have under way. */
export async function closePushesOf(knex: Knex, laneIds: readonly number[], cause: ClosingCause): Promise<void> {
  await close(knex, knex<PushRow>(TABLES.pushes).whereIn('lane_id', laneIds), cause);
}

/** Ends the push that a fault had paused, so that a new one with its own canary tells the same and what came since. */
export async function closePausedPush(knex: Knex, laneId: number): Promise<void> {
  await close(knex, knex<PushRow>(TABLES.pushes).where({ lane_id: laneId }).whereNull('announced_at'), 'superseded');
}

/** What a push announced needs no push of its own any more: it rides with the next waking change. */
export async function noteHandled(knex: Knex, push: Pick<PushRow, 'lane_id' | 'rev'>): Promise<void> {
  await knex<LaneRow>(TABLES.lanes)
    .where({ id: push.lane_id })
    .where('handled', '<', push.rev)
    .update({ handled: push.rev });
}

async function close(knex: Knex, pushes: Knex.QueryBuilder, cause: ClosingCause): Promise<void> {
  await pushes
    .where({ state: 'running' })
    .whereNull('closing')
    .update({ closing: cause, beat: knex.raw('beat + 1') });
}
