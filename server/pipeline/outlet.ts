import { setTimeout as sleep } from 'node:timers/promises';
import type { ApnsClient, Outcome } from '../apns';
import type { DeliveryEntry } from './delivery-entry';
import type { LaneHealth } from './lane-health';

/**
 * Where a lane's devices leave this process: the client's window, narrowed by the lane's health. Shards of the lane
 * share it.
 */
export interface Outlet {
  /** How many pushes may be handed over now. */
  room(): number;
  /** Resolves when there is room, or when `signal` aborts. Never rejects. */
  ready(signal: AbortSignal): Promise<void>;
  send(entry: DeliveryEntry): void;
  /** To be called with each answer. */
  answered(outcome: Outcome): void;
}

export interface OutletOptions {
  client: ApnsClient;
  health: LaneHealth;
  now: () => number;
}

/** Waiting for an answer ends by itself, so that nothing depends on being called. */
const LONGEST_WAIT_MS = 1_000;

export function createOutlet({ client, health, now }: OutletOptions): Outlet {
  let inFlight = 0;
  let wake: (() => void) | undefined;

  const room = () => Math.min(client.room, health.allowance(now()) - inFlight);

  function nextAnswer(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, LONGEST_WAIT_MS);
      signal.addEventListener('abort', done);
      const others = wake;
      wake = () => {
        others?.();
        done();
      };
    });
  }

  return {
    room,
    async ready(signal) {
      while (room() <= 0 && !signal.aborted) {
        const heldUntil = health.heldUntil(now());
        if (heldUntil !== null) {
          await sleep(Math.min(heldUntil - now(), LONGEST_WAIT_MS), undefined, { signal }).catch(() => undefined);
        } else if (client.room <= 0) {
          await client.ready(signal);
          if (client.state.kind === 'closed') return;
        } else {
          await nextAnswer(signal);
        }
      }
    },
    send(entry) {
      inFlight++;
      client.send(entry);
    },
    answered(outcome) {
      inFlight--;
      const bad = outcome.kind === 'rejected' && outcome.status >= 500;
      health.answered(!bad, now());
      const waiting = wake;
      wake = undefined;
      waiting?.();
    },
  };
}
