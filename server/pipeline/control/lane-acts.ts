import { plus } from '../../store/computed';
import { isScanning } from '../launch';
import type { Hurry, Pause } from '../../admin-api/contract';
import type { Knex } from 'knex';
import { actLaneOf, recordAct } from '../../acts/record-act';
import { startLogAnew } from '../../apps/epoch';
import { parsePauses, withoutCauses, withPause } from '../../apps/pauses';
import type { AppView, LaneView } from '../../apps/registry';
import { logRefresh } from '../../store/log-refresh';
import type { Store } from '../../store/store';
import { TABLES, type AppRow, type ChangeRow, type LaneRow, type PushRow } from '../../store/tables';
import { bumpVersion } from '../../store/version';
import { UserError } from '../../user-error';
import { closePushesOf, noteHandled } from '../../apps/close-pushes';
import { changePauses, clearPauses } from '../../apps/pause-lane';

/**
 * What administrators do to lanes. Each is one transaction that decides by what is stored, does the act and writes
 * down who did it; every process sees it at its next look, within two seconds.
 */

const nameOf = ({ bundleId, environment }: LaneView) => `${bundleId} (${environment})`;

/** The push stops where it is, changes go on merging. @throws UserError 409 */
export async function pauseByAdministrator(store: Store, lane: LaneView, by: string): Promise<Pause[]> {
  return store.transaction(async (trx) => {
    const at = store.now();
    const pause: Pause = { cause: 'administrator', code: 'administrator', params: {}, at, by };
    const { before, after } = await changePauses(trx, lane.id, (pauses) => withPause(pauses, pause));
    if (after.length === before.length) {
      throw new UserError(409, `${nameOf(lane)} is paused by an administrator already.`);
    }
    // Whoever wanted the next push at once is overruled.
    await trx<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ hurry: null });
    await recordAct(trx, { act: 'pause', by, at, lane });
    return after;
  });
}

/** @returns the pauses that were cleared, and those that stay, because they are cleared by other acts */
export async function resumeLane(
  store: Store,
  lane: LaneView,
  by: string,
): Promise<{ cleared: Pause[]; left: Pause[] }> {
  return store.transaction(async (trx) => {
    const pauses = await clearPauses(trx, lane.id, ['administrator', 'fatal', 'guard']);
    if (pauses.cleared.length > 0) await recordAct(trx, { act: 'resume', by, at: store.now(), lane });
    return pauses;
  });
}

/** Lets the very push go on that the guard stopped, without the guard. @throws UserError 409 */
export async function sendAnyway(store: Store, lane: LaneView, by: string): Promise<Pause[]> {
  return store.transaction(async (trx) => {
    const { before, after } = await changePauses(trx, lane.id, (pauses) =>
      withoutCauses(pauses, ['administrator', 'guard']),
    );
    if (!before.some(({ cause }) => cause === 'guard')) {
      throw new UserError(409, `${nameOf(lane)} is not paused by the guard, so there is nothing to send anyway.`);
    }
    const fatal = after.find(({ cause }) => cause === 'fatal');
    if (fatal) {
      throw new UserError(
        409,
        `APNs refuses every push of ${nameOf(lane)} (${fatal.code}): mend that, then resume the lane.`,
      );
    }
    const stopped = () =>
      trx<PushRow>(TABLES.pushes).where({ lane_id: lane.id, state: 'running', guard_tripped: 1 }).whereNull('closing');
    const push = await stopped().orderBy('id', 'desc').first('id');
    // As if it had never tripped: the push is to end as any other, not as one that a fault ended.
    const beat = plus(trx, 'beat');
    if (!push || (await stopped().where({ id: push.id }).update({ guard: 0, guard_tripped: 0, beat })) !== 1) {
      throw new UserError(409, `The push that the guard stopped has ended: resume ${nameOf(lane)} instead.`);
    }
    await recordAct(trx, { act: 'send-anyway', by, at: store.now(), lane, params: { pushId: push.id } });
    return after;
  });
}

/** Asks for the lane's next push at once. @throws UserError 409 when the lane cannot send or nothing waits */
export async function hurryLane(store: Store, lane: LaneView, hurry: Hurry, by: string): Promise<void> {
  await store.transaction(async (trx) => {
    // The lock: a push that is being created now has either been before us, or finds the hurry.
    await trx<LaneRow>(TABLES.lanes).where({ id: lane.id }).increment('beat', 1);
    const row = await trx<LaneRow>(TABLES.lanes).where({ id: lane.id }).first();
    const app = await trx<AppRow>(TABLES.apps).where({ id: lane.appId }).first();
    if (!row || !app) throw new UserError(404, 'There is no such lane.');
    refuseToHurry(lane, row, app);
    if (!(await hasSomethingToTell(trx, row, app))) {
      throw new UserError(
        409,
        `Nothing waits in ${nameOf(lane)}: its devices were told of every change, or are being told.`,
      );
    }
    // Who wants it now does not take back that somebody forced it; who wants it twice wants it once.
    if (row.hurry === hurry || row.hurry === 'force') return;
    await trx<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ hurry });
    await recordAct(trx, { act: hurry === 'force' ? 'force' : 'send-now', by, at: store.now(), lane });
  });
}

function refuseToHurry(lane: LaneView, row: LaneRow, app: AppRow): void {
  const name = nameOf(lane);
  if (app.enabled !== 1) throw new UserError(409, `${name} does not send: the app is disabled. Enable it first.`);
  if (row.credential_source === null) throw new UserError(409, `${name} is not set up: it has no credential.`);
  const [pause] = parsePauses(row.pauses);
  if (!pause) return;
  const remedy = pause.cause === 'fingerprint' ? 'Confirm this instance first.' : 'Resume it first.';
  throw new UserError(409, `${name} is paused (${pause.code}). ${remedy}`);
}

/** Changes that neither the devices know of nor a push on its way, even those that wake nobody by themselves. */
async function hasSomethingToTell(trx: Knex.Transaction, lane: LaneRow, app: AppRow): Promise<boolean> {
  if (app.head > (await toldOf(trx, lane))) return true;
  const unnumbered = await trx<ChangeRow>(TABLES.changes).where({ app_id: app.id }).whereNull('rev').first('id');
  return unnumbered !== undefined;
}

/** Up to where a lane's devices were told, or are being told by a push on its way. */
async function toldOf(trx: Knex.Transaction, lane: LaneRow): Promise<number> {
  const push =
    lane.push_id === null ? undefined : await trx<PushRow>(TABLES.pushes).where({ id: lane.push_id }).first();
  return push && isScanning(push) ? Math.max(push.rev, lane.announced) : lane.announced;
}

/**
 * Ends a push. Its changes need no push any more, but devices were not told of them: they ride with the next waking one.
 *
 * @returns the push's lane
 * @throws UserError 404, or 409 when it is over
 */
export async function cancelPush(store: Store, pushId: number, by: string): Promise<number> {
  return store.transaction(async (trx) => {
    const running = { id: pushId, state: 'running' as const };
    const cancelled = await trx<PushRow>(TABLES.pushes)
      .where(running)
      .whereNull('closing')
      .update({ closing: 'cancelled', cancelled_by: by, beat: plus(trx, 'beat') });
    const push = await trx<PushRow>(TABLES.pushes).where({ id: pushId }).first();
    if (!push) throw new UserError(404, 'There is no such push.');
    if (cancelled !== 1) {
      throw new UserError(409, push.state === 'finished' ? 'The push has ended.' : 'The push is ending already.');
    }
    await noteHandled(trx, push);
    const lane = await actLaneOf(trx, push.lane_id);
    await recordAct(trx, { act: 'cancel', by, at: store.now(), lane, params: { pushId } });
    return push.lane_id;
  });
}

/**
 * Logs a waking `refresh`: every device of the app fetches everything.
 *
 * @throws UserError 409 while the one that was asked for before still waits: a second would wake everybody twice
 */
export async function wakeEveryone(store: Store, app: AppView, by: string): Promise<void> {
  await store.transaction(async (trx) => {
    // The lock: of two at once the second finds the refresh of the first.
    await trx<AppRow>(TABLES.apps).where({ id: app.id }).increment('beat', 1);
    if (await wakesAlready(trx, app.id)) {
      throw new UserError(
        409,
        `Waking every device of ${app.bundleId} was asked for already, and the push that does it has yet to leave.`,
      );
    }
    await logRefresh(trx, [app.id], { wakes: true });
    await recordAct(trx, { act: 'wake-everyone', by, at: store.now(), app });
  });
}

/** Whether a waking `refresh` waits that each lane which sends will tell its devices. */
async function wakesAlready(trx: Knex.Transaction, appId: number): Promise<boolean> {
  const refresh = () =>
    trx<ChangeRow>(TABLES.changes).where({ app_id: appId, action: 'refresh', wakes: 1, audience: 'all' });
  if (await refresh().whereNull('rev').first('id')) return true;
  const lanes = await trx<LaneRow>(TABLES.lanes).where({ app_id: appId }).whereNotNull('credential_source');
  const told = await Promise.all(lanes.map((lane) => toldOf(trx, lane)));
  if (told.length === 0) return false;
  return (
    (await refresh()
      .where('rev', '>', Math.max(...told))
      .first('id')) !== undefined
  );
}

/**
 * A new epoch for an app: every device fetches everything anew, which also takes over what is under way.
 *
 * @param epoch the epoch that is to end
 * @throws UserError 409 when it has ended already: who asks twice means one new epoch
 */
export async function startAnew(store: Store, app: AppView, epoch: string, by: string): Promise<void> {
  await store.transaction(async (trx) => {
    await bumpVersion(trx);
    const row = await trx<AppRow>(TABLES.apps).where({ id: app.id }).first('epoch');
    if (row?.epoch !== epoch) {
      throw new UserError(409, `The log of ${app.bundleId} was started anew meanwhile; nothing was done.`);
    }
    await startLogAnew(trx, app.id);
    await closePushesOf(
      trx,
      app.lanes.map(({ id }) => id),
      'superseded',
    );
    await recordAct(trx, { act: 'start-anew', by, at: store.now(), app });
  });
}
