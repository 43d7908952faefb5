import type { DeliveryEntry } from '../outcomes';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApnsClient, Outcome } from '../../apns';
import type { LaneHealth } from './lane-health';
import type { SendRate } from './send-rate';
import type { ProbeGate } from './probe-gate';

/**
 * Where a lane's devices leave this process: the client's window, narrowed by the lane's health and the process's rate.
 * Shards of the lane share it.
 */
export interface SendWindow {
  /** How many pushes may be handed over now. */
  room(): number;
  /** Resolves when there is room, or when `signal` aborts, and at times without either: look at `room`. Never rejects. */
  ready(signal: AbortSignal): Promise<void>;
  send(entry: DeliveryEntry): void;
  /** To be called with each answer. */
  answered(outcome: Outcome): void;
  /** How many were accepted through it. */
  readonly accepted: number;
}

export interface SendWindowOptions {
  client: ApnsClient;
  health: LaneHealth;
  rate: SendRate;
  /** Null: the lane is not on probation. */
  probe: ProbeGate | null;
  now: () => number;
}

/** Waiting for an answer ends by itself, so that nothing depends on being called. */
const LONGEST_WAIT_MS = 1_000;

export function createSendWindow({ client, health, rate, probe, now }: SendWindowOptions): SendWindow {
  let inFlight = 0;
  let accepted = 0;
  let wake: (() => void) | undefined;

  const allowed = () => Math.min(health.allowance(), probe?.allowance() ?? Number.POSITIVE_INFINITY) - inFlight;
  const room = () => Math.min(client.room, allowed(), rate.room());

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

  const wait = (ms: number, signal: AbortSignal) =>
    sleep(Math.max(1, Math.min(ms, LONGEST_WAIT_MS)), undefined, { signal }).catch(() => undefined);

  return {
    room,
    async ready(signal) {
      if (signal.aborted) return;
      const held = health.held();
      if (held !== null) await wait(held.until - now(), signal);
      // Whoever replaced the client also stops its deliveries; until then there is nothing to wait for but that.
      else if (client.state.kind === 'closed') await wait(LONGEST_WAIT_MS, signal);
      else if (client.room <= 0) await client.ready(signal);
      else if (rate.waitMs() > 0) await wait(rate.waitMs(), signal);
      else if (allowed() <= 0) await nextAnswer(signal);
    },
    send(entry) {
      client.send(entry);
      inFlight++;
      rate.take();
      probe?.sent();
    },
    get accepted() {
      return accepted;
    },
    answered(outcome) {
      inFlight--;
      if (outcome.kind === 'accepted') accepted++;
      probe?.answered(outcome);
      const bad = outcome.kind === 'rejected' && outcome.status >= 500;
      health.answered(!bad);
      const waiting = wake;
      wake = undefined;
      waiting?.();
    },
  };
}
