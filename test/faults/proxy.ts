import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a way between two processes does to what travels on it. */
export type Weather =
  | 'clear'
  /** Closes what is open and refuses what comes. */
  | 'cut'
  /** Nothing arrives while it lasts, all of it afterwards: a network that was parted, and TCP that sends again. */
  | 'stalled'
  /** Takes everything and lets nothing out, for ever; nobody is told. */
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
const LOOK_AGAIN_MS = 20;

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  let weather: Weather = 'clear';
  const open = new Set<Socket>();
  /** Whose other end went away, or said that it had no more to send, in a black hole. */
  const orphans = new Set<Socket>();
  const now = () => weather;

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (weather === 'cut') return void near.resetAndDestroy();
    const far = connect({ ...target, allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        orphans.delete(socket);
        // A network that is parted does not even tell that the other end has gone.
        if (weather === 'black-hole') orphans.add(other);
        else if (weather !== 'stalled') other.destroy();
      });
      carry(socket, other, { now, lost: () => void orphans.add(other) });
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
      if (next !== 'black-hole') for (const socket of orphans) socket.destroy();
    },
    reset: () => end('resetAndDestroy'),
    async close() {
      end('destroy');
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One piece after the other, as the weather is when its turn comes; a delay holds each up as long, not one the next. */
function carry(from: Socket, to: Socket, { now, lost }: { now: () => Weather; lost: () => void }): void {
  let before = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    before = before.then(work).catch(() => undefined);
  };
  from.on('data', (piece: Buffer) => {
    const cameAt = performance.now();
    inTurn(async () => {
      while (now() === 'stalled') await sleep(LOOK_AGAIN_MS);
      const weather = now();
      // Who sends to an end that has gone meanwhile is told so.
      if (to.destroyed && weather !== 'black-hole') return void from.resetAndDestroy();
      if (weather === 'trickle') return trickle(piece, to, now);
      if (typeof weather === 'object') await sleep(Math.max(0, cameAt + weather.delayMs - performance.now()));
      if (weather !== 'black-hole') to.write(piece);
    });
  });
  from.on('end', () =>
    inTurn(async () => {
      while (now() === 'stalled') await sleep(LOOK_AGAIN_MS);
      if (now() === 'black-hole') lost();
      else to.end();
    }),
  );
}

async function trickle(piece: Buffer, to: Socket, now: () => Weather): Promise<void> {
  let sent = 0;
  while (now() === 'trickle' && sent < piece.length && !to.destroyed) {
    to.write(piece.subarray(sent, ++sent));
    await sleep(SECOND_MS);
  }
  if (sent < piece.length && !to.destroyed) to.write(piece.subarray(sent));
}
