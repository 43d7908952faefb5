import { READS_PER_WRITE } from '../feed';
import { createWindowCounter, type WindowCounter } from './window-counter';

/** What a call that proved nothing counts as against its address: each kind has a count of its own. */
export type AddressKind = 'registration' | 'read' | 'failure';

/**
 * What everyone's limits tell apart. `page`: one that a push named, and that all whom it woke ask for; behind a carrier's
 * NAT they are one address. `report`: what those that proved themselves say they hold, many of them after a push.
 */
export type SharedKind = 'write' | 'read' | 'page' | 'report';

/**
 * Limits per minute, counted in this process' memory: with several instances behind a balancer each has its own. Keys
 * are networks, and devices that proved themselves; a text that a caller may choose would be a way around.
 *
 * Each method counts one call and returns 0 when it may go on, otherwise in how many seconds to try again.
 */
export interface Limits {
  /** A call that proved no device: counts against where it comes from, before all else. */
  takeAddress(kind: AddressKind, networks: readonly string[]): number;
  /** A call of a device that proved itself: counts against nobody but the device, wherever it is. */
  takeDevice(publicId: string): number;
  /** What is everyone's, last of all: no address gets more than a tenth of it. */
  takeShared(kind: SharedKind, networks: readonly string[]): number;
}

export interface LimitOptions {
  perAddressPerMinute: number;
  globalPerMinute: number;
  /** A clock that nobody can set, in milliseconds. */
  now: () => number;
}

const WINDOW_MS = 60_000;
/** Per count: a flood from ever new addresses costs a few megabytes, and no more. */
const MAX_KEYS = 10_000;
const CALLS_PER_DEVICE = 10;
/** How much more than the narrowest network each wider one may do: it can be one subscriber's, or many's. */
const TIMES_PER_WIDTH = [1, 2, 4] as const;
/** The part of what is everyone's that one address may have. */
const SHARE = 10;
const EVERYONE = 'everyone';

export function createLimits({ perAddressPerMinute, globalPerMinute, now }: LimitOptions): Limits {
  const counter = () => createWindowCounter({ windowMs: WINDOW_MS, maxKeys: MAX_KEYS, now });
  const perWidth = () => TIMES_PER_WIDTH.map((times) => ({ times, counter: counter() }));
  const byAddress = {
    registration: { limit: perAddressPerMinute, widths: perWidth() },
    read: { limit: perAddressPerMinute * READS_PER_WRITE, widths: perWidth() },
    failure: { limit: perAddressPerMinute, widths: perWidth() },
  } satisfies Record<AddressKind, unknown>;
  const byDevice = counter();
  const shared = {
    write: { limit: globalPerMinute, shares: counter(), all: counter() },
    read: { limit: globalPerMinute * READS_PER_WRITE, shares: counter(), all: counter() },
    report: { limit: globalPerMinute * READS_PER_WRITE, shares: null, all: counter() },
    page: { limit: globalPerMinute * READS_PER_WRITE, shares: null, all: counter() },
  } satisfies Record<SharedKind, unknown>;

  return {
    takeAddress(kind, networks) {
      const { limit, widths } = byAddress[kind];
      for (const [at, network] of networks.entries()) {
        const width = widths[at];
        const waitS = width ? take(width.counter, network, limit * width.times) : 0;
        if (waitS > 0) return waitS;
      }
      return 0;
    },
    takeDevice: (publicId) => take(byDevice, publicId, CALLS_PER_DEVICE),
    takeShared(kind, networks) {
      const { limit, shares, all } = shared[kind];
      const widest = networks.at(-1) ?? EVERYONE;
      const ofOne = shares === null ? 0 : take(shares, widest, Math.max(1, Math.floor(limit / SHARE)));
      return ofOne || take(all, EVERYONE, limit);
    },
  };
}

/** @returns 0, or the seconds until there is room */
function take(counter: WindowCounter, key: string, limit: number): number {
  return Math.ceil(counter.take(key, limit) / 1_000);
}
