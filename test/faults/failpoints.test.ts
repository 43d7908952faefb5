import type { FailpointName } from '../../server/pipeline/failpoint';
import { DATABASE_CLIENTS } from '../integration/databases';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';
import { inHand } from './verdict';

/** Where the engine is killed; `mid-page` and the checkpoints somewhere in the middle. */
const PLACES: [FailpointName, number][] = [
  ['after-sequence', 1],
  ['after-claim', 1],
  ['after-claim', 3],
  ['mid-page', Math.round(DEVICES / 3)],
  ['before-settlement', 4],
  ['mid-settlement', 4],
  ['after-settlement', 4],
  ['before-finish', 1],
];

onDatabases(
  (client) => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(client);
    });
    afterAll(() => stage.close());
    afterEach(() => stage.reset());

    it.each(PLACES)('loses nobody when the engine is killed at %s, pass %i', async (place, pass) => {
      const victim = await stage.engine({ failpoint: `${place}:${pass}=kill` });
      await stage.publish();
      expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' });
      const hand = await inHand(stage.knex, victim.owner);
      await stage.engine();
      await stage.done(1);
      await stage.promiseKept({ inHand: hand });
    });
  },
  { always: DATABASE_CLIENTS },
);
