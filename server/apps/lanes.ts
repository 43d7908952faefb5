import { ENVIRONMENTS, type Environment, type Source, type Pause } from '../admin-api/contract';
import type { Knex } from 'knex';
import { noteFact } from '../store/facts';
import { TABLES, type AppRow, type LaneRow } from '../store/tables';
import { UserError } from '../user-error';
import { credentialMark, type Credential } from './configured-app';
import { moveMarksToHead } from './epoch';
import { parsePauses, withoutCauses, withPause } from './pauses';

/** Creates both lanes of an app, not set up, unless they are there. They start with their marks at the head. */
export async function createLanes(trx: Knex.Transaction, app: Pick<AppRow, 'id' | 'head'>, now: number): Promise<void> {
  const pauses = JSON.stringify(await fingerprintPauses(trx));
  for (const environment of ENVIRONMENTS) {
    await trx<LaneRow>(TABLES.lanes)
      .insert({
        app_id: app.id,
        environment,
        pauses,
        announced: app.head,
        handled: app.head,
        created_at: now,
        updated_at: now,
      })
      .onConflict(['app_id', 'environment'])
      .ignore();
  }
}

/** A lane that is new while the instance is unconfirmed must wait with the others. */
async function fingerprintPauses(trx: Knex.Transaction): Promise<Pause[]> {
  const lane = await trx<LaneRow>(TABLES.lanes).where('pauses', 'like', '%"fingerprint"%').first('pauses');
  return lane ? parsePauses(lane.pauses).filter(({ cause }) => cause === 'fingerprint') : [];
}

export interface NewCredential {
  credential: Credential;
  source: Source;
  /** The encrypted key; null: the key stays in configuration. */
  sealed: string | null;
}

/**
 * Gives a lane its credential. One that never had any starts with its marks at the head; another credential than the
 * last clears what the last was at fault for.
 *
 * @returns whether the lane was paused for a fault that the new credential may have ended
 */
export async function writeCredential(
  trx: Knex.Transaction,
  lane: LaneRow,
  { credential, source, sealed }: NewCredential,
  now: number,
): Promise<{ faultCleared: boolean }> {
  const mark = credentialMark(credential);
  const replaced = lane.credential_mark !== null && lane.credential_mark !== mark;
  if (lane.credential_mark === null) await moveMarksToHead(trx, { app_id: lane.app_id, id: lane.id });
  const before = withoutCauses(parsePauses(lane.pauses), ['no-credential']);
  const pauses = replaced ? withoutCauses(before, ['fatal', 'guard']) : before;
  await trx<LaneRow>(TABLES.lanes)
    .where({ id: lane.id })
    .update({
      key_id: credential.keyId,
      team_id: credential.teamId,
      credential_source: source,
      credential: sealed,
      credential_mark: mark,
      pauses: JSON.stringify(pauses),
      ...(replaced && { probation: null }),
      updated_at: now,
    });
  return { faultCleared: pauses.length < before.length };
}

/** What a lane without a credential holds. */
const NO_CREDENTIAL = { key_id: null, team_id: null, credential_source: null, credential: null };

/** Takes a lane's credential away, if it has one. Its mark stays: the next credential is not its first. */
export async function eraseCredential(trx: Knex.Transaction, lane: LaneRow, now: number, by?: string): Promise<void> {
  if (lane.credential_source === null) return;
  const pause: Pause = { cause: 'no-credential', code: 'no-credential', params: {}, at: now, ...(by && { by }) };
  const pauses = JSON.stringify(withPause(parsePauses(lane.pauses), pause));
  await trx<LaneRow>(TABLES.lanes)
    .where({ id: lane.id })
    .update({ ...NO_CREDENTIAL, pauses, updated_at: now });
  if (pauses !== lane.pauses) noteFact(trx, { kind: 'lane-paused', laneId: lane.id, pause });
}

/** Makes a lane as good as new, for an app that is removed and may come back. */
export async function resetLane(trx: Knex.Transaction, lane: LaneRow, now: number): Promise<void> {
  // Only the instance's confirmation ends this cause.
  const pauses = parsePauses(lane.pauses).filter(({ cause }) => cause === 'fingerprint');
  await trx<LaneRow>(TABLES.lanes)
    .where({ id: lane.id })
    .update({
      ...NO_CREDENTIAL,
      credential_mark: null,
      hurry: null,
      pauses: JSON.stringify(pauses),
      probation: null,
      updated_at: now,
    });
}

/** The lanes of an app, production first, locked: whoever pauses one of them waits for the end of the transaction. */
export async function lockLanes(trx: Knex.Transaction, appId: number): Promise<LaneRow[]> {
  await trx<LaneRow>(TABLES.lanes).where({ app_id: appId }).increment('beat', 1);
  const lanes = await trx<LaneRow>(TABLES.lanes).where({ app_id: appId });
  return lanes.sort((a, b) => ENVIRONMENTS.indexOf(a.environment) - ENVIRONMENTS.indexOf(b.environment));
}

/** @throws UserError 404 */
export async function lockLane(trx: Knex.Transaction, appId: number, environment: Environment): Promise<LaneRow> {
  const lane = (await lockLanes(trx, appId)).find((candidate) => candidate.environment === environment);
  if (!lane) throw new UserError(404, `The app has no ${environment} lane.`);
  return lane;
}
