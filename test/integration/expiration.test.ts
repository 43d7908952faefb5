import { startScene, pluginConfig, expectInvariant, type Scene } from './scene';

describe('a push that outlives its time to live', () => {
  let scene: Scene;
  beforeAll(async () => {
    const anywhere = { origin: 'https://127.0.0.1:1', ca: '' };
    const { delivery } = pluginConfig({ production: anywhere, sandbox: anywhere });
    // So slow that it must: half of the devices are sent to in its time.
    scene = await startScene({
      config: { delivery: { ...delivery, ttlMs: 4_000, maxPerSecond: 100 } },
    });
  });
  afterAll(() => scene.stop());

  it('leaves no device with an expiration in the past', async () => {
    await scene.addDevices(1_000, { accepted: 1 });
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push.ended).toBe('expired');
    const { log } = scene.simulators.production;
    const late = log.filter(({ at, headers }) => Number(headers['apns-expiration']) * 1_000 < at - ON_ITS_WAY_MS);
    expect(late).toEqual([]);
    expect(log.length).toBeGreaterThan(0);
  });
});

/** Between handing over and taking, on a busy machine. */
const ON_ITS_WAY_MS = 500;
