import type { Clients } from '../deliver';
import type { TestResult } from '../../admin-api/contract';
import { randomUUID } from 'node:crypto';
import { createNotification, NotificationError, ruleOfRefusal, type Notification, type Outcome } from '../../apns';
import type { LaneView } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { buildPayload } from '../../feed';
import type { Store } from '../../store/store';
import { TABLES, type AppRow, type DeviceRow } from '../../store/tables';
import { UserError } from '../../user-error';
import type { CopyGuard } from '../copy-guard';
import { forgetSent, noteAnswer, noteSent } from './test-answers';

export interface TestPushOptions {
  store: Store;
  config: Pick<PluginConfig, 'delivery' | 'apns'>;
  clients: Clients;
  instance: CopyGuard;
}

/**
 * Sends each device one push that announces nothing new, now, and keeps what APNs answers.
 *
 * @returns the answers, in the order of the devices
 * @throws UserError 409 when the lane cannot send
 */
export async function sendTestPushes(
  { store, config, clients, instance }: TestPushOptions,
  lane: LaneView,
  devices: readonly Pick<DeviceRow, 'id' | 'token'>[],
): Promise<TestResult[]> {
  refuseToSend(lane, instance, config);
  const client = await clients.of(lane);
  if (!client) throw new UserError(409, `${lane.bundleId} (${lane.environment}) has no usable credential.`);
  const app = await store.knex<AppRow>(TABLES.apps).where({ id: lane.appId }).first();
  if (!app) throw new UserError(404, 'There is no such app.');
  const notification = buildTest(lane, app, store.now() + config.delivery.ttlMs);
  const tests = devices.map((device) => ({ device, apnsId: randomUUID() }));
  await noteSent(store, lane.id, tests);
  const deadline = AbortSignal.timeout(config.apns.requestTimeoutMs);
  await client.ready(deadline);
  if (client.room <= 0) {
    await forgetSent(store, tests);
    const why = client.state.error?.message ?? 'the lane is busy';
    throw new UserError(409, `No connection to APNs could be used: ${why}`);
  }
  const answers: Promise<TestResult>[] = [];
  for (const { device, apnsId } of tests) {
    if (client.room <= 0) await client.ready(deadline);
    // Nothing may wait between the look at the room and the send.
    const outcome = new Promise<Outcome>((settle) => {
      if (client.room > 0) client.send({ notification, token: device.token, apnsId, settle });
      else settle({ kind: 'unsent', cause: 'not-written' });
    });
    answers.push(
      outcome.then(async (known) => {
        const result = { apnsId, uniqueId: uniqueIdOf(known), ...explain(known) };
        await noteAnswer(store, result);
        return result;
      }),
    );
  }
  return Promise.all(answers);
}

function buildTest(lane: LaneView, app: AppRow, expiresAt: number): Notification {
  try {
    const { payload } = buildPayload({
      customKeys: JSON.parse(app.custom_keys) as Record<string, unknown>,
      epoch: app.epoch,
      since: app.head,
      rev: app.head,
      changes: { rung: 'changes', changes: [] },
      floor: app.floor,
    });
    return createNotification({ topic: lane.bundleId, payload, expiresAt });
  } catch (error) {
    if (!(error instanceof NotificationError || error instanceof RangeError)) throw error;
    throw new UserError(409, `The push cannot be built: ${error.message} Correct the custom keys of ${lane.bundleId}.`);
  }
}

function refuseToSend(lane: LaneView, instance: CopyGuard, config: Pick<PluginConfig, 'delivery'>): void {
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

function uniqueIdOf(outcome: Outcome): string | null {
  return (outcome.kind === 'accepted' || outcome.kind === 'rejected' ? outcome.uniqueId : null) ?? null;
}

function explain(outcome: Outcome): Omit<TestResult, 'apnsId' | 'uniqueId'> {
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
      const { meaning, remedy } = ruleOfRefusal(outcome);
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
