import type { Environment, Hurry } from './words';

/** What became of the devices that a push met. They add up to `met`. */
export interface Counters {
  met: number;
  accepted: number;
  rejected: number;
  unknown: number;
  expired: number;
  cancelled: number;
  superseded: number;
  /** Read, then gone or with another token before the answer. */
  removed: number;
  /** To be tried again. */
  waiting: number;
}

/** From the first change that a push announced to the moment a device had it, in milliseconds; null: none said so. */
export interface Delay {
  p50Ms: number | null;
  p90Ms: number | null;
}

/** What devices said after a push. */
export interface PushFreshness extends Delay {
  /** Which share of the devices was asked. */
  share: number;
  /** Devices that said they hold what it announced; of them, those that the push itself woke. */
  applied: number;
  woken: number;
}

export type PushEnd = 'done' | 'expired' | 'superseded' | 'cancelled';

/** `GET /pushes`: a page of these. */
export interface Push {
  id: number;
  uuid: string;
  laneId: number;
  bundleId: string;
  environment: Environment;
  state: 'running' | 'finished';
  ended: PushEnd | null;
  closing: Exclude<PushEnd, 'done'> | null;
  since: number;
  rev: number;
  createdAt: number;
  expiresAt: number;
  firstAcceptedAt: number | null;
  announcedAt: number | null;
  finishedAt: number | null;
  counters: Counters;
  shards: { total: number; done: number };
  audience: 'all' | { locales: string[]; tags: string[] };
  /** Devices of the audience, met or not. */
  estimated: number;
  /** Null: it left because it was due. */
  hurry: Hurry | null;
  /** Names of administrators; null: nobody. */
  askedBy: string | null;
  cancelledBy: string | null;
  /** False: an administrator sent it anyway, after the guard had stopped it. */
  guarded: boolean;
  /** Null: it asked no device. */
  freshness: PushFreshness | null;
}

/** `GET /pushes/:id` */
export interface PushDetail extends Push {
  payload: object;
  reasons: { status: number; reason: string; count: number; meaning: string; remedy: string }[];
  /** Some of the devices that APNs refused; `deviceId` is their public id, null once they are gone. */
  samples: { deviceId: string | null; status: number; reason: string; tokenTail: string; at: number }[];
}
