import type { Dispatcher, ShardCall } from '../../../server/pipeline/dispatchers/dispatcher';
import { until } from '../../until';

/** What the executions of a test did, and what holds them up. */
interface Fixture {
  begun: ShardCall[];
  signals: Map<number, AbortSignal>;
  /** Lets an execution that has begun end. */
  end(shardId: number): void;
  execute(call: ShardCall, signal: AbortSignal): Promise<void>;
}

function createFixture(): Fixture {
  const ends = new Map<number, () => void>();
  const fixture: Fixture = {
    begun: [],
    signals: new Map(),
    end: (shardId) => ends.get(shardId)?.(),
    execute(call, signal) {
      fixture.begun.push(call);
      fixture.signals.set(call.shardId, signal);
      return new Promise((resolve) => ends.set(call.shardId, resolve));
    },
  };
  return fixture;
}

const call = (shardId: number, laneId = 1): ShardCall => ({ shardId, laneId });
const GRACE_MS = 50;

/**
 * What every dispatcher must do; an engine that is added later runs it with its own `create`. A dispatcher may lose or
 * repeat calls when something breaks; here nothing does.
 */
export function describeDispatcher(name: string, create: () => Dispatcher | Promise<Dispatcher>): void {
  describe(`the dispatcher ${name}`, () => {
    let dispatcher: Dispatcher;
    let fixture: Fixture;
    const begun = (...shards: number[]) =>
      until(() => shards.every((id) => fixture.begun.some(({ shardId }) => shardId === id)), {
        what: `The work on shards ${shards.join(', ')}`,
      });

    beforeEach(async () => {
      dispatcher = await create();
      fixture = createFixture();
    });
    afterEach(async () => {
      for (const { shardId } of fixture.begun) fixture.end(shardId);
      await dispatcher.stop(GRACE_MS);
    });

    it('works on what was asked for before it started', async () => {
      dispatcher.notify([call(1)]);
      expect(fixture.begun).toEqual([]);
      dispatcher.start(fixture.execute);
      await begun(1);
      expect(fixture.begun).toEqual([call(1)]);
    });

    it('takes no shard a second time while it waits or is in work, and again when it is over', async () => {
      dispatcher.start(fixture.execute);
      dispatcher.notify([call(1), call(1)]);
      await begun(1);
      dispatcher.notify([call(1), call(2)]);
      await begun(2);
      expect(fixture.begun).toEqual([call(1), call(2)]);
      fixture.end(1);
      await until(
        () => {
          dispatcher.notify([call(1)]);
          return fixture.begun.length === 3;
        },
        { what: 'The second work on shard 1' },
      );
      expect(fixture.begun[2]).toEqual(call(1));
    });

    it('works on everything in the end, however much is asked for at once', async () => {
      dispatcher.start(fixture.execute);
      const all = Array.from({ length: 50 }, (_, n) => n + 1);
      dispatcher.notify(all.map((id) => call(id)));
      await until(
        () => {
          for (const { shardId } of fixture.begun) fixture.end(shardId);
          return fixture.begun.length === all.length;
        },
        { what: 'The work on all shards' },
      );
      expect(fixture.begun.map(({ shardId }) => shardId).sort((a, b) => a - b)).toEqual(all);
    });

    it('lets no lane wait for another', async () => {
      dispatcher.start(fixture.execute);
      dispatcher.notify(Array.from({ length: 50 }, (_, n) => call(n + 1, 1)));
      dispatcher.notify([call(100, 2)]);
      await begun(100);
      expect(fixture.begun.length).toBeLessThan(51);
    });

    it('aborts what is in work when it stops, and waits for its end', async () => {
      dispatcher.start(fixture.execute);
      dispatcher.notify([call(1)]);
      await begun(1);
      let stopped = false;
      const stopping = dispatcher.stop(60_000).then(() => (stopped = true));
      await until(() => fixture.signals.get(1)?.aborted === true, { what: 'The abort' });
      expect(stopped).toBe(false);
      fixture.end(1);
      await stopping;
    });

    it('waits no longer for a hanging shard than it was told', async () => {
      dispatcher.start(fixture.execute);
      dispatcher.notify([call(1)]);
      await begun(1);
      await dispatcher.stop(GRACE_MS);
      expect(fixture.signals.get(1)?.aborted).toBe(true);
    });

    it('begins nothing once it was stopped', async () => {
      dispatcher.start(fixture.execute);
      dispatcher.notify(Array.from({ length: 50 }, (_, n) => call(n + 1)));
      await begun(1);
      const before = fixture.begun.length;
      const stopping = dispatcher.stop(GRACE_MS);
      dispatcher.notify([call(200)]);
      for (const { shardId } of [...fixture.begun]) fixture.end(shardId);
      await stopping;
      expect(fixture.begun).toHaveLength(before);
    });
  });
}
