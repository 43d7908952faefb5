import type { Alarms } from '../alarms/alarms';
import type { LaneView } from '../apps/registry';
import type { Store } from '../store/store';
import { TABLES, type LaneRow } from '../store/tables';
import type { Clients } from './clients';

/** Writes down for the panel, in every process's sight, why a lane that should send does not. */
export interface LaneReport {
  /** @param heldUntil when the lane's health lets it send again; null: now */
  of(lane: LaneView, heldUntil: number | null): Promise<void>;
}

export interface LaneReportOptions {
  store: Store;
  alarms: Alarms;
  clients: Clients;
}

interface Trouble {
  until: number | null;
  error: { code: string; message: string } | null;
}

/** The alarm of a lane that a fatal answer or the guard paused. */
export const pausedAlarm = (laneId: number) => `lane-paused:${laneId}`;

/** Written only when it changes: a lane in good health costs no statement. */
export function createLaneReport({ store, alarms, clients }: LaneReportOptions): LaneReport {
  const written = new Map<number, string>();
  const faults = new Map<number, boolean>();

  function troubleOf(lane: LaneView, heldUntil: number | null): Trouble {
    const state = clients.state(lane.id);
    if (state?.kind === 'waiting') return { until: state.retryAt ?? null, error: state.error ?? null };
    if (heldUntil !== null) {
      return { until: heldUntil, error: { code: 'server-errors', message: 'APNs answers with server errors.' } };
    }
    return { until: null, error: null };
  }

  /** Whoever ended the fault, resuming or a new credential, the alarm ends with it. */
  async function clearFault(lane: LaneView): Promise<void> {
    const faulty = lane.pauses.some(({ cause }) => cause === 'fatal' || cause === 'guard');
    if (!faulty && faults.get(lane.id) !== false) await alarms.clear(pausedAlarm(lane.id));
    faults.set(lane.id, faulty);
  }

  return {
    async of(lane, heldUntil) {
      await clearFault(lane);
      const trouble = troubleOf(lane, heldUntil);
      const text = JSON.stringify(trouble);
      if ((written.get(lane.id) ?? JSON.stringify({ until: null, error: null })) === text) return;
      await store
        .knex<LaneRow>(TABLES.lanes)
        .where({ id: lane.id })
        .update({ back_off_until: trouble.until, last_error: trouble.error && JSON.stringify(trouble.error) });
      const alarm = `apns-unreachable:${lane.id}`;
      if (trouble.error) await alarms.raise(alarm, 'apns-unreachable', { ...trouble.error }, lane.id);
      else await alarms.clear(alarm);
      written.set(lane.id, text);
    },
  };
}
