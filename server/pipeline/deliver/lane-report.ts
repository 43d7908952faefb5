import type { HoldCause } from '../../admin-api/contract';
import type { Alarms } from '../../alarms/alarms';
import { askedNextAt } from '../../apps/probation';
import type { LaneView } from '../../apps/registry';
import type { Store } from '../../store/store';
import { TABLES, type LaneRow } from '../../store/tables';
import type { Clients } from './clients';
import type { Hold } from './lane-health';

/** Writes down for the panel, in every process's sight, why a lane that should send does not. */
export interface LaneReport {
  /** @param held until when the lane's health lets it not send; null: it may */
  of(lane: LaneView, held: Hold | null): Promise<void>;
}

export interface LaneReportOptions {
  store: Store;
  alarms: Alarms;
  clients: Clients;
}

interface Trouble {
  until: number | null;
  error: { code: string; message: string } | null;
  alarm: 'apns-unreachable' | HoldCause;
}

const WELL: Trouble = { until: null, error: null, alarm: 'apns-unreachable' };

/** The alarm of a lane that a fatal answer or the guard paused. */
export const pausedAlarm = (laneId: number) => `lane-paused:${laneId}`;
/** The alarm of a lane that is asked again, because APNs refused it more than once. */
const refusedAlarm = (laneId: number) => `lane-refused:${laneId}`;

/** What is said of a hold to whoever reads the answers of the admin API; the panel has sentences of its own. */
const HOLDS: Readonly<Record<HoldCause, string>> = {
  'server-errors': 'APNs answers with server errors.',
  'token-updates': 'APNs says that the provider token changes too often, so nothing is sent for a while.',
};

/** Written only when it changes: a lane in good health costs no statement. */
export function createLaneReport({ store, alarms, clients }: LaneReportOptions): LaneReport {
  const written = new Map<number, string>();
  const faults = new Map<number, boolean>();
  const refused = new Map<number, string>();

  /** Of a hold and a connection that waits, the one that lasts longer: it is why nothing leaves. */
  function troubleOf(lane: LaneView, held: Hold | null): Trouble {
    const state = clients.state(lane.id);
    const retryAt = state?.kind === 'waiting' ? (state.retryAt ?? null) : null;
    if (held !== null && (retryAt ?? 0) <= held.until) {
      return { until: held.until, error: { code: held.cause, message: HOLDS[held.cause] }, alarm: held.cause };
    }
    if (state?.kind === 'waiting') return { until: retryAt, error: state.error ?? null, alarm: 'apns-unreachable' };
    return WELL;
  }

  /** Whoever ended the fault, resuming or a new credential, the alarm ends with it. */
  async function clearFault(lane: LaneView): Promise<void> {
    const faulty = lane.pauses.some(({ cause }) => cause === 'fatal' || cause === 'guard');
    if (!faulty && faults.get(lane.id) !== false) await alarms.clear(pausedAlarm(lane.id));
    faults.set(lane.id, faulty);
  }

  /** A refusal that a probe confirmed is worth an alarm; once the lane is paused for it, that is one already. */
  async function reportRefusal({ id, pauses, probation }: LaneView): Promise<void> {
    const isNews =
      askedNextAt(probation) !== null && probation !== null && probation.refused > 0 && pauses.length === 0;
    const { code, status, answer, probes } = probation ?? {};
    const params = isNews ? { code: code ?? '', status: status ?? 0, probes: probes ?? 0, answer: answer ?? '' } : null;
    const text = JSON.stringify(params);
    if (refused.get(id) === text) return;
    if (params) await alarms.raise(refusedAlarm(id), 'lane-refused', params, id);
    else await alarms.clear(refusedAlarm(id));
    refused.set(id, text);
  }

  return {
    async of(lane, held) {
      await clearFault(lane);
      await reportRefusal(lane);
      const trouble = troubleOf(lane, held);
      const text = JSON.stringify(trouble);
      if ((written.get(lane.id) ?? JSON.stringify(WELL)) === text) return;
      await store
        .knex<LaneRow>(TABLES.lanes)
        .where({ id: lane.id })
        .update({ back_off_until: trouble.until, last_error: trouble.error && JSON.stringify(trouble.error) });
      const alarm = `apns-unreachable:${lane.id}`;
      if (trouble.error) await alarms.raise(alarm, trouble.alarm, { ...trouble.error }, lane.id);
      else await alarms.clear(alarm);
      written.set(lane.id, text);
    },
  };
}
