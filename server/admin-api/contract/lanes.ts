import type { Pause } from './pauses';

/** Why APNs keeps a lane waiting. `token-updates`: it says that the provider token changes too often. */
export const HOLD_CAUSES = ['server-errors', 'token-updates'] as const;
export type HoldCause = (typeof HOLD_CAUSES)[number];

/** When a lane's next push leaves, or what it waits for. `now` means that it is due. */
export interface Departure {
  kind: 'none' | 'now' | 'quiet' | 'budget' | 'running' | 'refused' | 'paused' | 'not-set-up' | 'disabled';
  at: number | null;
}

/** `POST /lanes/:id/pause`, `resume`, `send-anyway`: how the lane stands after it. */
export interface LanePauses {
  id: number;
  pauses: Pause[];
}

/** `POST /lanes/:id/send-now`, `force` */
export interface LaneDeparture {
  id: number;
  departure: Departure;
}

/** `POST /lanes/:id/deletions/confirm`, `drop` */
export interface DecidedDeletions {
  id: number;
  devices: number;
}
