import { TABLES, type ShardRow } from '../../server/store/tables';
import { publishArticle } from './editor';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';

/** What comes at all comes within it, on a busy machine too; a drain ends with the last answer. */
const DRAIN_MS = 60_000;
/** Where no answer comes. */
const SHORT_DRAIN_MS = 5_000;
/** Nothing that a stopping process might wait for comes within the time that a test waits. */
const NEVER_MS = 600_000;
/** The drain, what is settled, what Strapi itself closes, and a busy machine; far sooner than what never comes. */
const ENDS_WITHIN_MS = 120_000;

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    const settings = { delivery: { drainMs: DRAIN_MS, leaseMs: NEVER_MS }, apns: { requestTimeoutMs: NEVER_MS } };
    stage = await openStage(client, { strapi: true, settings });
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
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    expect(await heldShards()).toEqual([]);
    const before = stage.simulator.log.length;
    expect(before).toBeLessThan(DEVICES);
    await stage.engine();
    // Sooner than any lease runs out.
    await stage.received(before + 1);
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('ends a Strapi in the middle of a push, and repeats nothing when it is back', async () => {
    const strapi = await stage.strapi();
    await publishArticle(strapi);
    await stage.received(DEVICES / 4);
    const { exit, tookMs } = await stop(strapi);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    expect(await heldShards()).toEqual([]);
    expect(stage.simulator.log.length).toBeLessThan(DEVICES);
    await stage.strapi();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('ends a Strapi within its deadline although APNs answers nothing', async () => {
    const strapi = await stage.strapi({ settings: { delivery: { drainMs: SHORT_DRAIN_MS } } });
    const recover = stage.simulator.behave({ hang: true, after: DEVICES / 4 });
    await publishArticle(strapi);
    await stage.received(DEVICES / 4 + 10);
    const { exit, tookMs } = await stop(strapi);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    expect(await heldShards()).toEqual([]);
    recover();
    await stage.strapi();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });
});
