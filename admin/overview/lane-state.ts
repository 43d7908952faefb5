import type { OverviewApp, OverviewLane } from '../../server/admin-api/contract';
import type { TextKey } from '../text';

export type LaneStateKind =
  'not-set-up' | 'disabled' | 'paused' | 'refused' | 'backing-off' | 'sending' | 'connecting' | 'connected' | 'ready';

export interface LaneState {
  kind: LaneStateKind;
  label: TextKey;
  variant: 'neutral' | 'warning' | 'danger' | 'primary' | 'success';
}

const STATES: Record<LaneStateKind, LaneState> = {
  'not-set-up': { kind: 'not-set-up', label: 'state.not-set-up', variant: 'neutral' },
  disabled: { kind: 'disabled', label: 'state.disabled', variant: 'neutral' },
  paused: { kind: 'paused', label: 'state.paused', variant: 'danger' },
  refused: { kind: 'refused', label: 'state.refused', variant: 'warning' },
  'backing-off': { kind: 'backing-off', label: 'state.backing-off', variant: 'warning' },
  sending: { kind: 'sending', label: 'state.sending', variant: 'primary' },
  connecting: { kind: 'connecting', label: 'state.connecting', variant: 'primary' },
  connected: { kind: 'connected', label: 'state.connected', variant: 'success' },
  ready: { kind: 'ready', label: 'state.ready', variant: 'success' },
};

/** The one word that says how a lane is: the first of these that holds. */
export function laneState(app: Pick<OverviewApp, 'enabled'>, lane: OverviewLane, now: number): LaneState {
  return STATES[laneStateKind(app, lane, now)];
}

function laneStateKind(app: Pick<OverviewApp, 'enabled'>, lane: OverviewLane, now: number): LaneStateKind {
  if (lane.credential === null) return 'not-set-up';
  if (!app.enabled) return 'disabled';
  if (lane.pauses.length > 0) return 'paused';
  if (lane.probation !== null) return 'refused';
  if ((lane.backOffUntil !== null && lane.backOffUntil > now) || lane.connection?.kind === 'waiting') {
    return 'backing-off';
  }
  if (lane.current !== null) return 'sending';
  if (lane.connection?.kind === 'connecting') return 'connecting';
  return lane.connection?.kind === 'open' ? 'connected' : 'ready';
}
