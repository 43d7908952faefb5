import fc from 'fast-check';
import type { Behaviour } from '../../simulator';
import { closeAll, createSender, expectAgreement, startApns } from './lane';
import { until } from '../../until';

afterEach(closeAll);

// Not `none`: the simulator would disown requests that it has just answered or reset.
const lastStream = fc.constantFrom('all' as const, 'current' as const);
const fault: fc.Arbitrary<Behaviour> = fc.oneof(
  fc.record({ share: fc.constantFrom(0.02, 0.3), refuse: fc.constant(true) }),
  fc.record({ share: fc.constantFrom(0.02, 0.3), reset: fc.constantFrom(1, 2, 8, 11) }),
  fc.record({
    share: fc.constantFrom(0.02, 0.3),
    reason: fc.constantFrom('Unregistered', 'TooManyRequests', 'Shutdown'),
  }),
  fc.record({ share: fc.constant(0.02), hang: fc.constant(true) }),
  fc.record({ share: fc.constant(0.1), delayMs: fc.constantFrom(5, 30) }),
  fc.record({ now: fc.constant(true), streams: fc.constantFrom(0, 1, 5, 1_000) }),
  fc.record({ after: fc.nat(200), times: fc.constant(1), streams: fc.constantFrom(1, 3, 100) }),
  fc.record({ after: fc.nat(200), times: fc.constant(1), cut: fc.constant(true) }),
  fc.record({
    after: fc.nat(200),
    times: fc.constant(1),
    wire: fc.constantFrom({ mute: true }, { splitFrames: true }),
  }),
  fc.record({
    after: fc.nat(200),
    times: fc.constant(1),
    goaway: fc.record({ lastStream, code: fc.constantFrom(0, 0, 2, 7), twice: fc.boolean() }),
  }),
  fc.record({ connections: fc.constant('existing' as const), reason: fc.constant('ExpiredProviderToken') }),
);

/** The seed of a failed run is in its message; more runs: `STORMS=500`. */
const numRuns = Number(process.env.STORMS ?? 8);
jest.setTimeout(60_000 + numRuns * 10_000);

describe('a storm of faults', () => {
  it('leaves every push with one outcome that the server’s log bears out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fault, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 3),
        fc.constantFrom(10, 1_000),
        async (rounds, connections, streams) => {
          const apns = await startApns({ latencyMs: 2 });
          const sender = createSender({
            ...apns,
            connections,
            streams,
            requestTimeoutMs: 400,
            pingDeadlineMs: 400,
            backOff: { firstMs: 5, longestMs: 20 },
          });
          for (const faults of rounds) {
            const takeBack = faults.map((behaviour) => apns.behave(behaviour));
            const pushing = sender.push(150);
            // A stream limit of 0 would hold the round up for ever.
            const rise = setInterval(() => apns.behave({ now: true, streams: 50 }), 300);
            await pushing;
            await sender.settled();
            clearInterval(rise);
            for (const take of takeBack) take();
            // Not all connections were needed, and one that nobody needed may still be at 0.
            apns.behave({ now: true, streams: 50 });
          }
          const before = sender.tally().accepted ?? 0;
          await sender.push(20);
          await sender.settled();
          await until(() => sender.client.state.inFlight === 0, { what: 'every stream to end' });
          expectAgreement(apns, sender);
          // What the last round left broken may cost a few; then all is well again.
          await sender.push(20);
          await sender.settled();
          expect(sender.tally().accepted).toBeGreaterThanOrEqual(before + 20);
          await closeAll();
        },
      ),
      { numRuns, endOnFailure: true },
    );
  });
});
