import { createDevices, type Devices } from '../../server/devices';
import { TABLES, type DeviceRow } from '../../server/store/tables';
import { BUNDLE_ID, deviceRow } from '../integration/scene';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';

const BY = 'Ada Lovelace';

const MINUTE_MS = 60_000;

onDatabases((client) => {
  let stage: Stage;
  let services: Devices;
  beforeEach(async () => {
    stage = await openStage(client);
    const { store, registry, config } = stage.services;
    services = createDevices({ store, registry, config });
  });
  afterEach(() => stage.close());

  const rows = () => stage.knex<DeviceRow>(TABLES.devices);
  /** The token of the n-th device, in the order in which they are met. */
  const tokenAt = (n: number) => [...stage.devices].sort(([, a], [, b]) => a - b)[n][0];
  const idOf = (token: string) => stage.devices.get(token) as number;
  const register = (token: string) =>
    services.register({ app: BUNDLE_ID, environment: 'production', token, locale: null, tags: undefined });

  /** Begins a push whose n-th device is answered only when the test says so. */
  async function pushHeldAt(token: string, effects: object) {
    const release = stage.simulator.behave({ token, delayMs: 3_000, ...effects });
    await stage.engine();
    await stage.publish();
    await stage.sentTo(token);
    return release;
  }

  it('retires a device by a 410 that is later than its registration, and keeps one that registered after it', async () => {
    const [gone, back] = [tokenAt(200), tokenAt(201)];
    const now = stage.services.store.now();
    await rows()
      .where({ token: gone })
      .update({ registered_at: now - MINUTE_MS });
    await rows()
      .where({ token: back })
      .update({ registered_at: now - MINUTE_MS });
    stage.simulator.behave({ token: gone, reason: 'Unregistered', timestamp: now - MINUTE_MS / 2 });
    const release = await pushHeldAt(back, { reason: 'Unregistered', timestamp: now - MINUTE_MS / 2 });
    await register(back);
    release();
    const push = await stage.done(1);
    expect(push).toMatchObject({ accepted: DEVICES - 2, rejected: 2 });
    expect(await rows().where({ token: gone })).toHaveLength(0);
    expect(await rows().where({ token: back })).toHaveLength(1);
    await stage.promiseKept({ except: new Set([idOf(gone), idOf(back)]) });
  });

  it('takes no 410 without a time for the end of a device that registered while it was under way', async () => {
    const token = tokenAt(200);
    // A time that is none; a 410 without a reason would be no answer of APNs.
    await pushHeldAt(token, { reason: 'Unregistered', timestamp: 0 });
    await register(token);
    await stage.done(1);
    expect(await rows().where({ token })).toHaveLength(1);
    await stage.promiseKept({ except: new Set([idOf(token)]) });
  });

  it('does not touch a new token by the answer to the old one', async () => {
    const token = tokenAt(200);
    const row = (await rows().where({ token }).first()) as DeviceRow;
    await pushHeldAt(token, { reason: 'BadDeviceToken' });
    const { token: next, token_hash } = deviceRow(stage.laneId, 0);
    await rows().where({ id: row.id }).update({ token: next, token_hash });
    await stage.done(1);
    expect(await rows().where({ id: row.id }).first()).toMatchObject({ token: next, refusals: 0, refused_push: null });
    await stage.promiseKept({ except: new Set([row.id]) });
  });

  it('leaves out a device that was deleted before its turn, and goes on past one that is deleted on its way', async () => {
    const [early, late] = [tokenAt(200), tokenAt(DEVICES - 1)];
    await pushHeldAt(early, {});
    for (const token of [early, late]) {
      const row = (await rows().where({ token }).first()) as DeviceRow;
      expect(await services.removeByAdmin(row.public_id, BY)).toBe(true);
    }
    const push = await stage.done(1);
    expect(push.met).toBeGreaterThanOrEqual(DEVICES - 1);
    await stage.promiseKept({ except: new Set([idOf(early), idOf(late)]) });
  });

  it('counts a device as removed that has another token when its retry is due', async () => {
    const token = tokenAt(200);
    await pushHeldAt(token, { reason: 'ServiceUnavailable', delayMs: 0 });
    const { token: next, token_hash } = deviceRow(stage.laneId, 0);
    await rows().where({ token }).update({ token: next, token_hash });
    const push = await stage.done(1);
    expect(push).toMatchObject({ met: DEVICES, accepted: DEVICES - 1, removed: 1 });
    await stage.promiseKept({ except: new Set([idOf(token)]) });
  });

  it('does not wake a device that registered when the push had begun', async () => {
    await pushHeldAt(tokenAt(200), {});
    const { token } = deviceRow(stage.laneId, 0);
    await register(token);
    expect(await stage.done(1)).toMatchObject({ met: DEVICES, accepted: DEVICES });
    // A stranger to the test's list: the check would name a request for it.
    await stage.promiseKept();
  });
});
