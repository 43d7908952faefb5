import type { FailpointName } from '../../server/pipeline/failpoint';
import { DATABASE_CLIENTS } from '../integration/databases';
import { DEVICES, onDatabases, SMOKE } from './size';
import { openStage, type Stage } from './stage';
import { inHand, type InHand } from './verdict';

/** Where the engine is killed; `mid-page` and the checkpoints somewhere in the middle. */
const PLACES: [FailpointName, number][] = [
  ['after-sequence', 1],
  ['after-claim', 1],
  ['after-claim', 3],
  ['mid-page', Math.round(DEVICES / 3)],
  ['before-checkpoint', 4],
  ['mid-checkpoint', 4],
  ['after-checkpoint', 4],
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

    async function killedAt(place: FailpointName, pass: number): Promise<InHand[]> {
      const victim = await stage.engine({ failpoint: `${place}:${pass}=kill` });
      await stage.publish();
      expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' });
      return inHand(stage.knex, victim.owner);
    }

    if (SMOKE) {
      it('loses nobody when one engine after the other is killed, each at another place', async () => {
        const hands: InHand[] = [];
        for (const [place, pass] of PLACES) hands.push(...(await killedAt(place, pass)));
        await stage.engine();
        await stage.settled();
        await stage.promiseKept({ inHand: hands });
      });
      return;
    }

    it.each(PLACES)('loses nobody when the engine is killed at %s, pass %i', async (place, pass) => {
      const hands = await killedAt(place, pass);
      await stage.engine();
      await stage.done(1);
      await stage.promiseKept({ inHand: hands });
    });
  },
  { always: DATABASE_CLIENTS },
);
