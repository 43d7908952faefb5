import type { PushDay } from '../../admin-api/contract';
import { readNumber } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type PushRow, type ShardRow } from '../../store/tables';

const DAY_MS = 86_400_000;
const DAYS = 14;
/** The panel asks every few seconds; a day changes slowly. */
const GOOD_FOR_MS = 15_000;

/** Pushes of the last two weeks and whom they reached, by day in UTC, oldest first; as it was a moment ago. */
export function createPushDays({ store }: { store: Store }): () => Promise<PushDay[]> {
  let known: { at: number; days: Promise<PushDay[]> } | null = null;

  async function read(now: number): Promise<PushDay[]> {
    const today = Math.floor(now / DAY_MS);
    const days = Array.from({ length: DAYS }, (_, at) => ({
      at: (today - DAYS + 1 + at) * DAY_MS,
      pushes: 0,
      reached: 0,
    }));
    const rows = (await store
      .knex<PushRow>(TABLES.pushes)
      .where('created_at', '>=', days[0].at)
      .select('id', 'state', 'created_at', 'accepted')) as Pick<PushRow, 'id' | 'state' | 'created_at' | 'accepted'>[];
    const running = await sumRunning(rows.filter(({ state }) => state === 'running').map(({ id }) => id));
    for (const { id, created_at: createdAt, accepted } of rows) {
      const day = days.at(Math.floor((readNumber(createdAt) ?? 0) / DAY_MS) - today - 1);
      // By the clock of another process it may be tomorrow.
      if (!day || Number(createdAt) >= (today + 1) * DAY_MS) continue;
      day.pushes += 1;
      day.reached += running.get(id) ?? accepted;
    }
    return days;
  }

  /** Counters of a push stand with its shards until it has finished. */
  async function sumRunning(ids: number[]): Promise<Map<number, number>> {
    if (ids.length === 0) return new Map();
    const sums = (await store
      .knex<ShardRow>(TABLES.shards)
      .whereIn('push_id', ids)
      .groupBy('push_id')
      .select('push_id')
      .sum({ accepted: 'accepted' })) as { push_id: number; accepted: unknown }[];
    return new Map(sums.map(({ push_id: id, accepted }) => [id, readNumber(accepted) ?? 0]));
  }

  return () => {
    const now = store.now();
    if (known === null || Math.abs(now - known.at) >= GOOD_FOR_MS) {
      const days = read(now);
      known = { at: now, days };
      days.catch(() => {
        known = null;
      });
    }
    return known.days;
  };
}
