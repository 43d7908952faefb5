import path from 'node:path';
import { databaseFile } from '../integration/databases';
import { until } from '../until';
import { DEVICES, SMOKE } from './size';
import { mountSmallDisk, type SmallDisk } from './small-disk';
import { openStage, type Stage } from './stage';
import { inHand } from './verdict';

const FULL_MS = SMOKE ? 4_000 : 10_000;
const probe = mountSmallDisk();
probe?.remove();

// On PostgreSQL and MariaDB a full disk stops the server for everybody who uses it.
(probe ? describe : describe.skip)(`on sqlite${probe ? '' : ' (skipped: a small disk takes Linux and root)'}`, () => {
  let disk: SmallDisk;
  let stage: Stage;
  beforeAll(async () => {
    disk = mountSmallDisk() as SmallDisk;
    stage = await openStage('sqlite', { database: databaseFile(path.join(disk.directory, 'data.db')) });
  });
  afterAll(async () => {
    await stage.close();
    disk.remove();
  });

  it('waits while the disk is full, and goes on when there is room', async () => {
    const engine = await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    disk.fill();
    const hands = await inHand(stage.knex);
    const since = performance.now();
    await until(() => performance.now() - since > FULL_MS, { within: 2 * FULL_MS });
    expect((await stage.pushes())[0].state).toBe('running');
    disk.makeRoom();
    await stage.done(1);
    await stage.promiseKept({ inHand: hands });
    expect(engine.log()).toMatch(/full/);
    expect(engine.log().split('\n').length).toBeLessThan(30);
  });
});
