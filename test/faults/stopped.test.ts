import { readFileSync } from 'node:fs';
import type { FailpointName } from '../../server/pipeline/failpoint';
import { TABLES, type ShardRow } from '../../server/store/tables';
import { until } from '../until';
import { DEVICES, onDatabases } from './size';
import { LEASE_MS, openStage, type Stage } from './stage';
import { inHand } from './verdict';

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client);
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  async function stopAt(place: FailpointName, pass: number) {
    const sleeper = await stage.engine({ failpoint: `${place}:${pass}=stop` });
    await stage.publish();
    await until(() => stateOf(sleeper.pid) === 'T', { within: 60_000, what: 'The stop' });
    const since = performance.now();
    const hand = await inHand(stage.knex, sleeper.owner);
    expect(hand.length).toBeGreaterThan(0);
    await stage.engine();
    await stage.done(1);
    await until(() => performance.now() - since > 2 * LEASE_MS, { within: 3 * LEASE_MS });
    sleeper.signal('SIGCONT');
    await until(() => /held by another process|another process/.test(sleeper.log()), {
      within: 20_000,
      what: 'The refusal of the late settlement',
    });
    await stage.promiseKept({ inHand: hand });
    expect(await stage.knex<ShardRow>(TABLES.shards).where({ state: 'open' })).toHaveLength(0);
  }

  it('refuses the late settlement of a process that was stopped between two devices', () =>
    stopAt('mid-page', Math.round(DEVICES / 4)));

  it('refuses the late settlement of a process that was stopped before it', () => stopAt('before-checkpoint', 4));

  if (client === 'sqlite') {
    it.skip('goes on while a stopped process keeps a transaction open (on sqlite it keeps the whole file locked)', () =>
      undefined);
  } else {
    it('goes on while a stopped process keeps a transaction open', () => stopAt('mid-checkpoint', 4));
  }
});

/** The state letter of proc(5): `T` is stopped. */
function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}
