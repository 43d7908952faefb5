import { performance } from 'node:perf_hooks';
import type { Alarms } from '../alarms/alarms';
import { describeError } from '../store/database-error';
import { createAddressWatch, type AddressWatch } from './address-watch';
import { createFront, type Front } from './front';
import { createLoad, type Load } from './load';
import { createLimits, type Limits } from './limits';

/** What all routes of the content API share: one count of who came how often, and one eye on where from. */
export interface Gate {
  limits: Limits;
  watch: AddressWatch;
  load: Load;
  front: Front;
}

export interface GateOptions {
  config: { registration: { perAddressPerMinute: number; globalPerMinute: number } };
  alarms: Alarms;
  log: { warn(message: string): void };
}

export function createGate({ config: { registration }, alarms, log }: GateOptions): Gate {
  const now = () => performance.now();
  return {
    load: createLoad(),
    front: createFront({ now }),
    limits: createLimits({ ...registration, now }),
    watch: createAddressWatch({
      alarms,
      perAddressPerMinute: registration.perAddressPerMinute,
      now,
      onError: (error) => log.warn(`an alarm about addresses was not written: ${describeError(error)}`),
    }),
  };
}
