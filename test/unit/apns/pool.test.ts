import type { Push } from '../../../server/apns';
import { createBackOff } from '../../../server/apns/back-off';
import type { Connection, ConnectionListener, ConnectionState } from '../../../server/apns/connection';
import { createPool } from '../../../server/apns/pool';

const STREAMS = 1_000;
const PUSH = {} as Push;

/** A connection on which nothing happens but what the test lets happen. */
class HeldConnection implements Connection {
  state: ConnectionState = 'connecting';
  inFlight = 0;
  readonly roundTripMs = null;

  constructor(private readonly listener: ConnectionListener) {}

  get window(): number {
    return this.state === 'open' ? STREAMS : 0;
  }
  get room(): number {
    return this.window - this.inFlight;
  }
  open(): void {
    this.state = 'open';
    this.listener.changed(this);
  }
  /** As a server that has answered all and counts requests. */
  retire(): void {
    this.answer();
    this.state = 'draining';
    this.listener.goaway(this, { code: 0, reason: '' });
  }
  answer(): void {
    const exchange = { push: PUSH, authorization: 'token', writtenAt: 0 };
    for (; this.inFlight > 0; this.inFlight--) {
      this.listener.settled(this, exchange, { kind: 'accepted', apnsId: '' });
    }
  }
  send(): void {
    this.inFlight++;
  }
  drain(): void {
    this.state = 'draining';
  }
  destroy(): void {
    this.state = 'closed';
    this.listener.closed(this, null);
  }
}

describe('where the server retires connections after 1,000 requests', () => {
  let clock: number;
  let made: HeldConnection[];
  let pool: ReturnType<typeof createPool>;
  beforeEach(async () => {
    clock = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => clock);
    made = [];
    pool = createPool({
      connect(listener) {
        made.push(new HeldConnection(listener));
        return made.at(-1)!;
      },
      token: { current: () => 'token', isUsable: () => true },
      connections: 1,
      backOff: createBackOff({ firstMs: 1, longestMs: 1, random: () => 0 }),
      idleMs: 60_000,
      now: () => clock,
      listener: {
        settled: () => undefined,
        changed: () => undefined,
        wanted: () => true,
        connecting: () => undefined,
        opened: () => undefined,
        goaway: () => undefined,
        closed: () => undefined,
        waiting: () => undefined,
      },
    });
    pool.want();
    for (let learned = 0; learned < 2; learned++) {
      made.at(-1)!.open();
      send(STREAMS);
      made.at(-1)!.retire();
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    const closed = pool.close(0);
    for (const connection of made) if (connection.state !== 'closed') connection.destroy();
    await closed;
  });

  function send(count: number): void {
    for (let n = 0; n < count; n++) pool.send(PUSH);
  }
  const onTheirWay = () => made.filter(({ state }) => state === 'connecting');

  /** Opens what is on its way after `openingMs`, and uses up a connection within `lastingMs`. */
  function useUp({ openingMs, lastingMs }: { openingMs: number; lastingMs: number }): void {
    const opening = onTheirWay();
    clock += openingMs;
    for (const connection of opening) connection.open();
    send(2);
    clock += lastingMs;
    send(STREAMS - 2);
  }

  it('makes one successor where that is ready in time', () => {
    for (let times = 0; times < 3; times++) useUp({ openingMs: 50, lastingMs: 60 });
    expect(onTheirWay()).toHaveLength(1);
    expect(pool.connections).toBe(made.filter(({ state }) => state !== 'closed').length);
  });

  it('makes as many as are used up while one opens', () => {
    for (let times = 0; times < 3; times++) useUp({ openingMs: 60, lastingMs: 20 });
    expect(onTheirWay().length + made.filter(({ state }) => state === 'open').length).toBe(3);
  });

  it('makes no more than four, however fast they go', () => {
    for (let times = 0; times < 6; times++) useUp({ openingMs: 1_000, lastingMs: 1 });
    expect(onTheirWay().length + made.filter(({ state }) => state === 'open').length).toBe(4);
  });
});
