import { startScene, type Scene } from './scene';
import { until } from '../until';

/** On one database: what holds a lane back is known to its process alone. */
describe('a lane that APNs keeps waiting', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ database: 'sqlite' });
  });
  afterAll(() => scene.stop());

  it('says after a 429 that the provider token changes too often, not that APNs fails', async () => {
    await scene.addDevices(20, { accepted: 1 });
    scene.simulators.production.behave({ reason: 'TooManyProviderTokenUpdates', times: 1 });
    await scene.publish();
    const isHeld = async () => (await scene.lane()).back_off_until !== null;
    await until(isHeld, { within: 30_000, what: 'a lane that waits' });
    const { last_error: error, pauses } = await scene.lane();
    expect(JSON.parse(error!)).toMatchObject({ code: 'token-updates' });
    expect(JSON.parse(pauses)).toEqual([]);
  });
});
