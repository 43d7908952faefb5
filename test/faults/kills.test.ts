import { until } from '../until';
import { createRandom, randomSeed } from './random';
import { DEVICES, onDatabases, SMOKE } from './size';
import { openStage, type Stage } from './stage';
import { inHand, type InHand } from './verdict';

const KILLS = SMOKE ? 5 : 20;
const seed = randomSeed();

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client, { simulator: { streams: 100, latencyMs: 20 } });
  });
  afterAll(() => stage.close());

  it(`loses nobody in ${KILLS} kills at random moments (seed ${seed})`, async () => {
    const random = createRandom(seed);
    const hands: InHand[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      if ((await stage.pushes()).every(({ state }) => state === 'finished')) await stage.publish();
      const engine = await stage.engine();
      // Some die before their first push, some long after it, some in the claims and checkpoints between.
      const later = stage.simulator.log.length + Math.floor((random() * DEVICES) / 10);
      const since = performance.now();
      const patienceMs = 500 + random() * 5_000;
      await until(() => stage.simulator.log.length > later || performance.now() - since > patienceMs);
      await engine.kill();
      hands.push(...(await inHand(stage.knex, engine.owner)));
    }
    await stage.engine();
    await until(async () => (await stage.pushes()).every(({ ended }) => ended === 'done'), {
      within: 120_000,
      what: 'The end of every push',
    });
    await stage.promiseKept({ inHand: hands });
  });
});
