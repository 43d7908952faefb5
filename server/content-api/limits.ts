import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** What a request does, as far as limits differ. */
export type RequestKind = 'register' | 'update' | 'remove' | 'read';

/** Who asks: the address' limit key, and the device it names, if that could be one. */
export interface Requester {
  address: string;
  deviceId?: string;
}

const WINDOW_S = 60;
/** A feed is read more often than a device registers; both the address' and the global limit are so many times higher. */
const READS_PER_WRITE = 10;
const UPDATES_PER_DEVICE = 10;

/**
 * Limits per minute, counted in this process' memory: with several instances behind a balancer each has its own.
 * Keys are addresses and well-formed device ids only; a text that a caller may choose freely would be a way around.
 */
export interface Limits {
  /**
   * Counts a request.
   *
   * @returns 0 when it may go on; otherwise in how many seconds to try again
   */
  take(kind: RequestKind, requester: Requester): Promise<number>;
  /** An update named no device or the wrong secret: counts against the address, or ids could be tried for ever. */
  countFailedUpdate(requester: Requester): Promise<void>;
}

export interface LimitOptions {
  perAddressPerMinute: number;
  globalPerMinute: number;
}

export function createLimits({ perAddressPerMinute, globalPerMinute }: LimitOptions): Limits {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW_S });
  const registrations = limiter(perAddressPerMinute);
  const removals = limiter(perAddressPerMinute);
  const reads = limiter(perAddressPerMinute * READS_PER_WRITE);
  const failedUpdates = limiter(perAddressPerMinute);
  const updates = limiter(UPDATES_PER_DEVICE);
  const allWrites = limiter(globalPerMinute);
  const allReads = limiter(globalPerMinute * READS_PER_WRITE);

  async function takeOwn(kind: RequestKind, { address, deviceId }: Requester): Promise<number> {
    switch (kind) {
      case 'register':
        return consume(registrations, address);
      case 'remove':
        return consume(removals, address);
      case 'read':
        return consume(reads, address);
      case 'update': {
        const failed = await failedUpdates.get(address);
        if (failed && failed.consumedPoints >= perAddressPerMinute) return secondsUntil(failed);
        return deviceId === undefined ? 0 : consume(updates, deviceId);
      }
    }
  }

  return {
    async take(kind, requester) {
      // One's own limit first: whoever is over it must not use up what is everyone's.
      const own = await takeOwn(kind, requester);
      return own > 0 ? own : consume(kind === 'read' ? allReads : allWrites, 'all');
    },
    async countFailedUpdate({ address }) {
      await failedUpdates.penalty(address);
    },
  };
}

/** @returns 0, or the seconds until there is room */
async function consume(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    // The library rejects with a result, which is no Error, when the limit is reached.
    if (refusal instanceof RateLimiterRes) return secondsUntil(refusal);
    throw refusal;
  }
}

function secondsUntil({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}
