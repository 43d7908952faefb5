import type { Clients } from '../deliver';
import { readLane } from '../launch';
import { decideDeletions, deletionsAlarm } from '../push';
import { MAX_TESTED_AT_ONCE } from '../../admin-api/contract';
import type { Hurry, Pause, Departure, TestAnswer, TestResult } from '../../admin-api/contract';
import { recordAct } from '../../acts/record-act';
import type { Alarms } from '../../alarms/alarms';
import type { AppView, LaneView, Registry } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { testDevicesOfLane, tokenTail, type Devices } from '../../devices';
import type { Store } from '../../store/store';
import { UserError } from '../../user-error';
import type { Bell } from '../bell';
import type { CopyGuard } from '../copy-guard';
import {
  cancelPush,
  hurryLane,
  pauseByAdministrator,
  resumeLane,
  sendAnyway,
  startAnew,
  wakeEveryone,
} from './lane-acts';
import { readTestAnswers } from './test-answers';
import { sendTestPushes } from './test-push';

/**
 * What people may do to the pipeline. Each act is decided by what is stored, is in force in every process within two
 * seconds, and is kept with the name of who did it (`by`). Names stay out of the log.
 */
export interface Control {
  /** The push under way stops where it is; changes go on merging. @throws UserError 404, or 409 when it is paused so */
  pause(laneId: number, by: string): Promise<Pause[]>;
  /**
   * Lets a lane go on that an administrator, a fatal answer or the guard paused. After the latter two the paused push
   * ends, and a new one, with a canary of its own, leaves within the budget.
   *
   * @returns the pauses that stay, because they are cleared by other acts
   * @throws UserError 404
   */
  resume(laneId: number, by: string): Promise<Pause[]>;
  /**
   * After the guard: goes on with the same push, the guard off for it alone.
   *
   * @throws UserError 404, or 409 when the guard did not pause the lane, or its push has ended
   */
  sendAnyway(laneId: number, by: string): Promise<Pause[]>;
  /**
   * Lets what waits leave without waiting for quiet; the budget still holds.
   *
   * @returns when it leaves
   * @throws UserError 404, or 409 when the lane cannot send or nothing waits
   */
  sendNow(laneId: number, by: string): Promise<Departure>;
  /** Lets what waits leave at once, whatever the budget says. Throws as `sendNow` does. */
  force(laneId: number, by: string): Promise<Departure>;
  /**
   * Deletes the devices whose deletion is held because APNs called so many of them gone, or forgets that it did.
   *
   * @returns how many devices it concerned
   * @throws UserError 404
   */
  decideDeletions(laneId: number, decision: 'confirm' | 'drop', by: string): Promise<number>;
  /**
   * Ends a push; what it announced rides with the next waking change.
   *
   * @throws UserError 404, or 409 when it is over
   */
  cancel(pushId: number, by: string): Promise<void>;
  /** @throws UserError 409 when there is nothing to confirm */
  confirmInstance(by: string): Promise<void>;
  /**
   * Logs a waking `refresh`: every device of the app fetches everything, within the budget.
   *
   * @throws UserError 404, or 409 while the one that was asked for before still waits
   */
  wakeEveryone(appId: number, by: string): Promise<void>;
  /**
   * A new epoch for an app, as after a restored backup: every device fetches everything anew.
   *
   * @param epoch the epoch that is to end
   * @throws UserError 404, or 409 when it has ended already
   */
  startLogAnew(appId: number, epoch: string, by: string): Promise<void>;
  /**
   * Sends one push that announces nothing new to one device, now. It moves no mark and counts for nothing.
   *
   * @throws UserError 404 for an unknown device, 409 when the lane cannot send
   */
  sendTest(devicePublicId: string, by: string): Promise<TestResult>;
  /**
   * The same for all test devices of a lane.
   *
   * @returns what APNs answered, newest first
   * @throws UserError 404, or 409 when the lane cannot send, has no test device or more than one request may test
   */
  sendTests(laneId: number, by: string): Promise<TestAnswer[]>;
  /** The lane's latest test pushes, newest first. @throws UserError 404 */
  testAnswers(laneId: number): Promise<TestAnswer[]>;
}

export interface ControlOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery' | 'apns'>;
  registry: Registry;
  alarms: Pick<Alarms, 'clear'>;
  devices: Pick<Devices, 'find'>;
  clients: Clients;
  instance: CopyGuard;
  bell: Bell;
  log: { info(message: string): void };
}

export function createControl(options: ControlOptions): Control {
  const { store, config, registry, devices, instance, bell, log } = options;

  function laneOf(laneId: number): LaneView {
    const lane = registry.laneById(laneId);
    if (!lane) throw new UserError(404, 'There is no such lane.');
    return lane;
  }

  function appOf(appId: number): AppView {
    const app = registry.appById(appId);
    if (!app) throw new UserError(404, 'There is no such app.');
    return app;
  }

  /** In force here at once; the others compare the stored version and the rows that they work on every second. */
  async function done(what: string): Promise<void> {
    await registry.reload();
    log.info(`${what} by an administrator`);
    bell.ring();
  }

  async function hurry(laneId: number, how: Hurry, by: string): Promise<Departure> {
    const lane = laneOf(laneId);
    await hurryLane(store, lane, how, by);
    const facts = await readLane({ store, config }, appOf(lane.appId), lane);
    await done(`${nameOf(lane)} was told to send ${how === 'force' ? 'whatever its budget' : 'now'}`);
    // What waits may not have its number yet; it leaves as soon as it has.
    if (!facts || facts.departure.kind === 'none') return { kind: 'now', at: store.now() };
    return facts.departure;
  }

  /** A push waits for a connection, then for its answer. */
  const answersOf = (lane: LaneView) => readTestAnswers(store, lane.id, config.apns.requestTimeoutMs * 3);

  return {
    async pause(laneId, by) {
      const lane = laneOf(laneId);
      const pauses = await pauseByAdministrator(store, lane, by);
      await done(`${nameOf(lane)} was paused`);
      return pauses;
    },

    async resume(laneId, by) {
      const lane = laneOf(laneId);
      const { cleared, left } = await resumeLane(store, lane, by);
      if (cleared.length > 0) await done(`${nameOf(lane)} was resumed`);
      return left;
    },

    async sendAnyway(laneId, by) {
      const lane = laneOf(laneId);
      const left = await sendAnyway(store, lane, by);
      await done(`${nameOf(lane)} was told to send what the guard stopped`);
      return left;
    },

    sendNow: (laneId, by) => hurry(laneId, 'now', by),
    force: (laneId, by) => hurry(laneId, 'force', by),

    async decideDeletions(laneId, decision, by) {
      const lane = laneOf(laneId);
      const devices = await decideDeletions(store, laneId, decision);
      await store.transaction((trx) => recordAct(trx, { act: `${decision}-deletions`, by, at: store.now(), lane }));
      await options.alarms.clear(deletionsAlarm(laneId));
      await done(`${devices} held deletions of ${nameOf(lane)} were ${decision === 'confirm' ? 'done' : 'dropped'}`);
      return devices;
    },

    async cancel(pushId, by) {
      await cancelPush(store, pushId, by);
      await done(`push ${pushId} was cancelled`);
    },

    async confirmInstance(by) {
      await instance.confirm(by);
      await done('this instance was confirmed');
    },

    async wakeEveryone(appId, by) {
      const app = appOf(appId);
      await wakeEveryone(store, app, by);
      await done(`waking every device of ${app.bundleId} was asked for`);
    },

    async startLogAnew(appId, epoch, by) {
      const app = appOf(appId);
      await startAnew(store, app, epoch, by);
      await done(`the log of ${app.bundleId} was started anew`);
    },

    async sendTest(devicePublicId, by) {
      const device = await devices.find(devicePublicId);
      if (!device) throw new UserError(404, 'There is no such device.');
      const lane = laneOf(device.lane_id);
      log.info(`a test push to device ${devicePublicId} was asked for by an administrator`);
      const [result] = await sendTestPushes(options, lane, [device]);
      const act = { act: 'test-device', params: { tokenTail: tokenTail(device.token) } } as const;
      await store.transaction((trx) => recordAct(trx, { ...act, by, at: store.now(), lane }));
      return result;
    },

    async sendTests(laneId, by) {
      const lane = laneOf(laneId);
      const marked = await testDevicesOfLane(store.knex, laneId, MAX_TESTED_AT_ONCE + 1);
      refuseToTest(lane, marked.length);
      log.info(`test pushes to the test devices of ${nameOf(lane)} were asked for by an administrator`);
      const sent = new Set((await sendTestPushes(options, lane, marked)).map(({ apnsId }) => apnsId));
      const act = { act: 'test-devices', params: { devices: marked.length } } as const;
      await store.transaction((trx) => recordAct(trx, { ...act, by, at: store.now(), lane }));
      return (await answersOf(lane)).filter(({ apnsId }) => sent.has(apnsId));
    },

    testAnswers: async (laneId) => answersOf(laneOf(laneId)),
  };
}

function refuseToTest(lane: LaneView, marked: number): void {
  if (marked === 0) {
    throw new UserError(409, `${nameOf(lane)} has no test device. Mark one on its page first.`);
  }
  if (marked > MAX_TESTED_AT_ONCE) {
    throw new UserError(
      409,
      `${nameOf(lane)} has more than ${MAX_TESTED_AT_ONCE} test devices, the most that are tested at once. Unmark some, or test them one by one.`,
    );
  }
}

const nameOf = ({ bundleId, environment }: LaneView): string => `${bundleId} (${environment})`;
