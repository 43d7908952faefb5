import type { Knex } from 'knex';
import type { TestAnswer, TestResult } from '../../admin-api/contract';
import { readTestNames, tokenTail } from '../../devices';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow, type TestAnswerRow } from '../../store/tables';

/** So many of a lane's test pushes are kept. */
export const KEPT_TEST_ANSWERS = 100;

export interface SentTest {
  device: Pick<DeviceRow, 'id' | 'token'>;
  apnsId: string;
}

/** Writes down test pushes that are about to leave; those to devices that are gone already are left out. */
export async function noteSent(store: Store, laneId: number, tests: readonly SentTest[]): Promise<void> {
  await store.transaction(async (trx) => {
    const at = store.now();
    for (const { device, apnsId } of tests) {
      if (!(await trx<DeviceRow>(TABLES.devices).where({ id: device.id }).forUpdate().first('id'))) continue;
      const row = { device_id: device.id, lane_id: laneId, token_tail: tokenTail(device.token), at, apns_id: apnsId };
      await trx<TestAnswerRow>(TABLES.testAnswers).insert(row);
    }
    await keepNewest(trx, laneId);
  });
}

async function keepNewest(trx: Knex.Transaction, laneId: number): Promise<void> {
  const ofLane = () => trx<TestAnswerRow>(TABLES.testAnswers).where({ lane_id: laneId });
  const oldest = await ofLane().orderBy('id', 'desc').offset(KEPT_TEST_ANSWERS).first('id');
  if (oldest) await ofLane().where('id', '<=', oldest.id).delete();
}

export async function noteAnswer(store: Store, { apnsId, ...result }: TestResult): Promise<void> {
  const { outcome, status, reason, uniqueId } = result;
  await store
    .knex<TestAnswerRow>(TABLES.testAnswers)
    .where({ apns_id: apnsId })
    .update({ answered_at: store.now(), outcome, status, reason: reason?.slice(0, 64) ?? null, unique_id: uniqueId });
}

/** Forgets test pushes that could not leave. */
export async function forgetSent({ knex }: Store, tests: readonly SentTest[]): Promise<void> {
  const ids = tests.map(({ apnsId }) => apnsId);
  await knex<TestAnswerRow>(TABLES.testAnswers).whereIn('apns_id', ids).delete();
}

/**
 * A lane's test pushes, newest first.
 *
 * @param lostAfterMs after which a push without an answer will get none: the process died that sent it
 */
export async function readTestAnswers(store: Store, laneId: number, lostAfterMs: number): Promise<TestAnswer[]> {
  const { knex } = store;
  const rows: (TestAnswerRow & { public_id: string })[] = await knex(`${TABLES.testAnswers} as answer`)
    .join(`${TABLES.devices} as device`, 'device.id', 'answer.device_id')
    .where('answer.lane_id', laneId)
    .orderBy('answer.id', 'desc')
    .limit(KEPT_TEST_ANSWERS)
    .select('answer.*', 'device.public_id');
  const names = await readTestNames(
    knex,
    rows.map((row) => row.device_id),
  );
  const lostBefore = store.now() - lostAfterMs;
  return rows.map((raw) => {
    const row = fromDb(raw);
    return {
      id: row.id,
      deviceId: row.public_id,
      name: names.get(row.device_id) ?? null,
      tokenTail: row.token_tail,
      sentAt: row.at,
      answeredAt: row.answered_at,
      outcome: row.outcome ?? (row.at < lostBefore ? 'unknown' : null),
      status: row.status,
      reason: row.reason,
      apnsId: row.apns_id,
      uniqueId: row.unique_id,
    };
  });
}
