import type { AlarmParams } from '../admin-api/contract';
import type { Alarms } from '../alarms/alarms';
import { isPrivate, originOf, type AddressedRequest } from './address';

/** The alarms about where requests seem to come from; each is its own key. */
export const ADDRESS_ALARMS = {
  /** A proxy sends its header, and Strapi does not trust it: `header`. */
  untrusted: 'proxy-not-trusted',
  /** So many requests that a limit is near, and all from one private address: `address`. */
  single: 'single-address',
} as const;

type AddressAlarm = (typeof ADDRESS_ALARMS)[keyof typeof ADDRESS_ALARMS];

/**
 * Watches where requests come from. Behind a proxy that hides the phones the limits per address count the whole fleet
 * as one, and nobody learns why registrations are refused; so an alarm says it before a limit does.
 */
export interface AddressWatch {
  /** @returns the address that limits count the request against */
  see(request: AddressedRequest): string;
}

export interface AddressWatchOptions {
  alarms: Pick<Alarms, 'raise' | 'clear'>;
  perAddressPerMinute: number;
  /** An alarm could not be written. */
  onError(error: unknown): void;
  /** A clock that nobody can set, in milliseconds. */
  now: () => number;
}

const WINDOW_MS = 60_000;
/** The part of an address' limit at which one address alone looks like a fleet. */
const WARY = 0.5;

export function createAddressWatch({ alarms, perAddressPerMinute, onError, now }: AddressWatchOptions): AddressWatch {
  // What this process knows to be said; undefined: a former process may have raised it.
  const standing = new Map<AddressAlarm, boolean>();
  let window = { address: '', endsAt: -Infinity, requests: 0 };

  /** @param params of the alarm; null: nothing is wrong */
  function set<A extends AddressAlarm>(alarm: A, params: AlarmParams<A> | null): void {
    if (standing.get(alarm) === (params !== null)) return;
    standing.set(alarm, params !== null);
    const write = params !== null ? alarms.raise(alarm, alarm, params) : alarms.clear(alarm);
    write.catch((error: unknown) => {
      standing.delete(alarm);
      onError(error);
    });
  }

  /** A header of a stranger proves no proxy: only who connects from a private address can be one. */
  function judgeProxy(request: AddressedRequest, peer: string): void {
    const { proxy, proxyIpHeader: header } = request.app;
    if (proxy || !isPrivate(peer)) set(ADDRESS_ALARMS.untrusted, null);
    else if (request.get(header) !== '') set(ADDRESS_ALARMS.untrusted, { header });
  }

  function judgeAddress(address: string): void {
    const at = now();
    if (at >= window.endsAt) window = { address, endsAt: at + WINDOW_MS, requests: 0 };
    if (window.address !== address) {
      window.requests = -Infinity;
      set(ADDRESS_ALARMS.single, null);
    }
    window.requests++;
    // An untrusted proxy is the same trouble, and its alarm says more.
    if (
      window.requests >= perAddressPerMinute * WARY &&
      isPrivate(address) &&
      !standing.get(ADDRESS_ALARMS.untrusted)
    ) {
      set(ADDRESS_ALARMS.single, { address });
    }
  }

  return {
    see(request) {
      const { address, peer } = originOf(request);
      judgeProxy(request, peer);
      judgeAddress(address);
      return address;
    },
  };
}
