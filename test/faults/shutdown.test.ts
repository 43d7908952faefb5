import { TABLES, type ShardRow } from '../../server/store/tables';
import { publishArticle } from './editor';
import { DEVICES, onDatabases } from './size';
import { LEASE_MS, openStage, type Stage } from './stage';

const DRAIN_MS = 2_000;
/** Beyond the drain: what is settled, and what Strapi itself closes. */
const BESIDES_MS = 3_000;

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client, { strapi: true, settings: { delivery: { drainMs: DRAIN_MS, leaseMs: 10_000 } } });
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  const heldShards = () => stage.knex<ShardRow>(TABLES.shards).whereNotNull('owner');

  async function stop(process: { kill(signal: NodeJS.Signals): Promise<unknown> }) {
    const since = performance.now();
    const exit = await process.kill('SIGTERM');
    return { exit, tookMs: performance.now() - since };
  }

  it('ends an engine in the middle of a push by itself, and another goes on at once', async () => {
    const engine = await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    const { exit, tookMs } = await stop(engine);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(DRAIN_MS + BESIDES_MS);
    expect(await heldShards()).toEqual([]);
    const before = stage.simulator.log.length;
    expect(before).toBeLessThan(DEVICES);
    await stage.engine();
    const since = performance.now();
    await stage.received(before + 1);
    // Sooner than any lease would have run out.
    expect(performance.now() - since).toBeLessThan(10_000 - LEASE_MS);
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('ends a Strapi in the middle of a push, and repeats nothing when it is back', async () => {
    const strapi = await stage.strapi();
    await publishArticle(strapi);
    await stage.received(DEVICES / 4);
    const { exit, tookMs } = await stop(strapi);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(DRAIN_MS + BESIDES_MS);
    expect(await heldShards()).toEqual([]);
    expect(stage.simulator.log.length).toBeLessThan(DEVICES);
    await stage.strapi();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('ends a Strapi within its deadline although APNs answers nothing', async () => {
    const strapi = await stage.strapi();
    const recover = stage.simulator.behave({ hang: true, after: DEVICES / 4 });
    await publishArticle(strapi);
    await stage.received(DEVICES / 4 + 10);
    const { exit, tookMs } = await stop(strapi);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(DRAIN_MS + BESIDES_MS);
    expect(await heldShards()).toEqual([]);
    recover();
    await stage.strapi();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });
});
