import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a way between two processes does to what travels on it. */
export type Weather =
  | 'clear'
  /** Closes what is open and refuses what comes. */
  | 'cut'
  /** Takes everything and lets nothing out; nobody is told. */
  | 'black-hole'
  /** One byte a second each way. */
  | 'trickle'
  /** Milliseconds that each piece is late. */
  | { delayMs: number };

/** A TCP proxy on loopback. */
export interface Proxy {
  readonly port: number;
  /** From now on, also for connections that are open. */
  set(weather: Weather): void;
  /** RST on every open connection. */
  reset(): void;
  close(): Promise<void>;
}

const SECOND_MS = 1_000;

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  let weather: Weather = 'clear';
  const open = new Set<Socket>();
  const now = () => weather;

  const server = createServer((near) => {
    if (weather === 'cut') return void near.resetAndDestroy();
    const far = connect(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        // A black hole does not even tell that the other end has gone.
        if (weather !== 'black-hole') other.destroy();
      });
      void carry(socket, other, now);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = (how: 'destroy' | 'resetAndDestroy') => {
    for (const socket of open) socket[how]();
  };
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      weather = next;
      if (next === 'cut') end('destroy');
    },
    reset: () => end('resetAndDestroy'),
    async close() {
      end('destroy');
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One piece after the other, as the weather is when it comes. */
async function carry(from: Socket, to: Socket, now: () => Weather): Promise<void> {
  try {
    for await (const piece of from as AsyncIterable<Buffer>) {
      const weather = now();
      if (typeof weather === 'object') await sleep(weather.delayMs);
      else if (weather === 'trickle') {
        for (let n = 0; n < piece.length && now() === 'trickle'; n++) {
          to.write(piece.subarray(n, n + 1));
          await sleep(SECOND_MS);
          if (now() !== 'trickle') to.write(piece.subarray(n + 1));
        }
        continue;
      }
      if (weather !== 'black-hole') to.write(piece);
    }
    if (now() !== 'black-hole') to.end();
  } catch {
    // One end was reset; its `close` tells the other.
  }
}
