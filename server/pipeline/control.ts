import { randomUUID } from 'node:crypto';
import { createNotification, ruleOf, type Outcome } from '../apns';
import { logRefresh } from '../store/log-refresh';
import type { Pause } from '../apps/pauses';
import type { LaneView, Registry } from '../apps/registry';
import type { PluginConfig } from '../config';
import type { Devices } from '../devices';
import { buildPayload } from '../feed';
import type { Store } from '../store/store';
import { TABLES, type AppRow } from '../store/tables';
import { UserError } from '../user-error';
import type { Bell } from './bell';
import type { Clients } from './clients';
import type { InstanceGuard } from './instance-guard';
import { clearPauses } from './pause-lane';

/** What APNs said to a test push, in words. */
export interface TestResult {
  outcome: Outcome['kind'];
  apnsId: string;
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}

/** What people may do to the pipeline. `by` names who did it; it is written to the log. */
export interface Control {
  /**
   * Lets a lane go on that an administrator, a fatal answer or the guard paused. After the latter two the paused push
   * ends, and a new one, with a canary of its own, leaves within the budget.
   *
   * @returns the pauses that stay, because they are cleared by other acts
   * @throws UserError 404
   */
  resume(laneId: number, by: string): Promise<Pause[]>;
  confirmInstance(by: string): Promise<void>;
  /** Logs a waking `refresh`: every device of the app fetches everything, within the budget. @throws UserError 404 */
  wakeEveryone(appId: number, by: string): Promise<void>;
  /**
   * Sends one push that announces nothing new to one device, now. It moves no mark and counts for nothing.
   *
   * @throws UserError 404 for an unknown device, 409 when the lane cannot send
   */
  sendTest(devicePublicId: string, by: string): Promise<TestResult>;
}

export interface ControlOptions {
  store: Store;
  config: Pick<PluginConfig, 'delivery' | 'apns'>;
  registry: Registry;
  devices: Pick<Devices, 'find'>;
  clients: Clients;
  instance: InstanceGuard;
  bell: Bell;
  log: { info(message: string): void };
}

export function createControl(options: ControlOptions): Control {
  const { store, config, registry, devices, clients, instance, bell, log } = options;

  function laneOf(laneId: number): LaneView {
    const lane = registry.laneById(laneId);
    if (!lane) throw new UserError(404, 'There is no such lane.');
    return lane;
  }

  return {
    async resume(laneId, by) {
      const lane = laneOf(laneId);
      const left = await clearPauses(store, laneId, ['administrator', 'fatal', 'guard']);
      await registry.reload();
      log.info(`${lane.bundleId} (${lane.environment}) was resumed by ${by}`);
      bell.ring();
      return left;
    },

    async confirmInstance(by) {
      await instance.confirm();
      log.info(`this instance was confirmed by ${by}; every app's log starts anew`);
      bell.ring();
    },

    async wakeEveryone(appId, by) {
      const app = registry.appById(appId);
      if (!app) throw new UserError(404, 'There is no such app.');
      await store.transaction((trx) => logRefresh(trx, [appId], { wakes: true }));
      log.info(`waking every device of ${app.bundleId} was asked for by ${by}`);
      bell.ring();
    },

    async sendTest(devicePublicId, by) {
      const device = await devices.find(devicePublicId);
      if (!device) throw new UserError(404, 'There is no such device.');
      const lane = laneOf(device.lane_id);
      refuseToSend(lane, instance, config);
      const client = await clients.of(lane);
      if (!client) throw new UserError(409, `${lane.bundleId} (${lane.environment}) has no usable credential.`);
      const app = await store.knex<AppRow>(TABLES.apps).where({ id: lane.appId }).first();
      if (!app) throw new UserError(404, 'There is no such app.');
      const { payload } = buildPayload({
        customKeys: JSON.parse(app.custom_keys) as Record<string, unknown>,
        epoch: app.epoch,
        since: app.head,
        rev: app.head,
        changes: { rung: 'changes', changes: [] },
        floor: app.floor,
      });
      const notification = createNotification({
        topic: lane.bundleId,
        payload,
        expiresAt: store.now() + config.delivery.ttlMs,
      });
      log.info(`a test push to device ${devicePublicId} was asked for by ${by}`);
      const apnsId = randomUUID();
      const given = AbortSignal.timeout(config.apns.requestTimeoutMs);
      await client.ready(given);
      if (client.room <= 0) {
        const why = client.state.error?.message ?? 'the lane is busy';
        throw new UserError(409, `No connection to APNs could be used: ${why}`);
      }
      const outcome = await new Promise<Outcome>((settle) =>
        client.send({ notification, token: device.token, apnsId, settle }),
      );
      return { apnsId, ...explain(outcome) };
    },
  };
}

function refuseToSend(lane: LaneView, instance: InstanceGuard, config: Pick<PluginConfig, 'delivery'>): void {
  if (!config.delivery.enabled) {
    throw new UserError(409, 'Sending is switched off: delivery.enabled is false in the configuration of the plugin.');
  }
  if (!instance.confirmed) {
    throw new UserError(409, 'This database belongs to another instance. Confirm this instance first.');
  }
  if (lane.credentialSource === null) {
    throw new UserError(409, `${lane.bundleId} (${lane.environment}) is not set up: it has no credential.`);
  }
}

function explain(outcome: Outcome): Omit<TestResult, 'apnsId'> {
  switch (outcome.kind) {
    case 'accepted':
      return {
        outcome: 'accepted',
        status: 200,
        reason: null,
        message: 'APNs accepted the push. Whether and when it reaches the device is up to Apple and the device.',
        remedy: '',
      };
    case 'rejected': {
      const { meaning, remedy } = ruleOf(outcome.status, outcome.reason);
      return { outcome: 'rejected', status: outcome.status, reason: outcome.reason || null, message: meaning, remedy };
    }
    case 'unsent':
      return {
        outcome: 'unsent',
        status: null,
        reason: outcome.cause,
        message: 'APNs did not take the push.',
        remedy: 'Try again.',
      };
    case 'unknown':
      return {
        outcome: 'unknown',
        status: null,
        reason: outcome.cause,
        message: 'The push was sent, but APNs never answered: it may have been accepted.',
        remedy: 'Try again; a device that is woken twice merely looks twice.',
      };
  }
}
