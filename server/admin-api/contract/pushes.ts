import type { Environment, Hurry, WakeAction } from './words';

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

/** An entry that a push tells of, or a whole content type. */
export interface ChangedEntry {
  contentType: string;
  /** The content type's name. */
  name: string;
  /** What the Content Manager calls the entry; null: whoever asks may not read it, or it has none. */
  title: string | null;
  /** Told only to those who might read it. */
  gone: boolean;
  /** `refresh`: all of the type is to be fetched anew. */
  action: WakeAction | 'refresh';
  locale: string | null;
  /** Null: all entries of the type. */
  documentId: string | null;
}

/** What a push tells of. */
export interface PushAbout {
  changes: number;
  /** Different entries; null: too many changes to look at, or some are not kept any more. */
  entries: number | null;
  /** Whether all of them are of one content type; false where that is not known. */
  sameType: boolean;
  /** Devices fetch everything anew. */
  refresh: boolean;
  /** False: some of the changes that are looked at are older than the log. */
  kept: boolean;
  /** At most three: those that wake first, the latest of them first. */
  first: ChangedEntry[];
}

export type PushEnd = 'done' | 'expired' | 'superseded' | 'cancelled';

/** `GET /pushes`: a page of these. */
export interface Push {
  id: number;
  uuid: string;
  laneId: number;
  bundleId: string;
  environment: Environment;
  about: PushAbout;
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
  /** The life of the log that `since` and `rev` count in. */
  epoch: string;
  payload: object;
  reasons: { status: number; reason: string; count: number; meaning: string; remedy: string }[];
  /** Some of the devices that APNs refused; `deviceId` is their public id, null once they are gone. */
  samples: { deviceId: string | null; status: number; reason: string; tokenTail: string; at: number }[];
}
