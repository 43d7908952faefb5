import type { Act } from './acts';
import type { Alarm } from './alarms';
import type { Credential, Lane } from './apps';
import type { Departure } from './lanes';
import type { Pause, Probation } from './pauses';
import type { Delay, Push } from './pushes';
import type { Hurry } from './words';

/** Why nothing is sent, or that it is. */
export const ENGINE_CODES = [
  'running',
  'disabled',
  'not-listening',
  'waiting-for-lease',
  /** The database does not tell how many rows an UPDATE found: two processes could not be kept apart. */
  'untrusted-database',
  'stopped',
] as const;
export type EngineCode = (typeof ENGINE_CODES)[number];

/** Why nothing is logged, or that it is. */
export const CAPTURE_CODES = ['on', 'disabled', 'tables-missing'] as const;
export type CaptureCode = (typeof CAPTURE_CODES)[number];

/** A lane's connections to APNs. */
export interface Connection {
  /**
   * `idle`: no connection and none needed · `connecting`: not usable yet · `open`: pushes flow ·
   * `waiting`: the last attempt failed, the next comes at `retryAt` · `closed`
   */
  kind: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';
  connections: number;
  inFlight: number;
  /** How many pushes the connections would take in all. */
  window: number;
  states: Partial<Record<'connecting' | 'warming' | 'open' | 'draining' | 'closed', number>>;
  /** Null while nothing was answered. */
  roundTripMs: number | null;
  /** Since the lane got its credential, or this process started. */
  counts: {
    sent: number;
    accepted: number;
    rejected: number;
    rejectedBy: Readonly<Record<string, number>>;
    unsent: number;
    unknown: number;
  };
  error?: { code: string; message: string };
  retryAt?: number;
}

/** How a device is; each is one of these, the first that fits of those that its page names first. */
export const FLEET_STATES = ['fresh', 'behind', 'silent', 'unseen', 'off', 'refused'] as const;
export type FleetState = (typeof FLEET_STATES)[number];

/** What devices say of the content they have. Of a sample, all but `denied` and `restricted` count devices of the sample. */
export interface LaneFreshness extends Delay {
  /** Which share of the devices the last push asked; null: no push yet. */
  share: number | null;
  asked: number;
  /** Ever said what they hold. */
  reporting: number;
  /** Hold all that was announced to them. */
  fresh: number;
  /** Of those asked, how many are in each state. */
  fleet: Record<FleetState, number>;
  /** Of all devices: Background App Refresh is off, so that iOS never wakes them. */
  denied: number;
  /** The same, by a profile or parental control. */
  restricted: number;
}

export interface OverviewLane extends Omit<Lane, 'credential'> {
  credential: Pick<Credential, 'keyId' | 'teamId' | 'source'> | null;
  announced: number;
  handled: number;
  /** Changes that devices were not told of yet, those of a running push included. */
  waitingChanges: number;
  departure: Departure;
  /** `perHour` 0: unlimited. */
  budget: { perHour: number; used: number };
  pauses: Pause[];
  /** That APNs refuses the lane, and when it is asked again; null: it does not. */
  probation: Probation | null;
  /** What an administrator asked for and did not get yet. */
  hurry: Hurry | null;
  /** What people did to the lane, newest first. */
  acts: Act[];
  backOffUntil: number | null;
  lastError: { code: string; message: string } | null;
  connection: Connection | null;
  current: Push | null;
  /** The delays are those of the last seven days. */
  freshness: LaneFreshness;
}

export interface OverviewApp {
  id: number;
  bundleId: string;
  name: string;
  enabled: boolean;
  epoch: string;
  head: number;
  lanes: OverviewLane[];
}

/** A day in UTC. */
export interface PushDay {
  /** When it begins. */
  at: number;
  pushes: number;
  /** Devices whose pushes APNs accepted; one that got two counts twice. */
  reached: number;
}

/** What of the overview the engine knows. */
export interface EngineOverview {
  now: number;
  /** `instances`: processes that send from this database. */
  engine: { running: boolean; code: EngineCode; instances: number };
  capture: { on: boolean; code: CaptureCode; message?: string };
  instance: { confirmed: boolean };
  encryption: { ready: boolean };
  /** How fast pushes may leave; `perSecond` null: as fast as APNs takes them. */
  pace: { perSecond: number | null; by: 'maxPerSecond' | 'feed' | null };
  apps: OverviewApp[];
  alarms: Alarm[];
  /** The last 14 days, oldest first, as they were a moment ago. */
  days: PushDay[];
}

/** `GET /overview` */
export interface Overview extends EngineOverview {
  /** How many are enabled. */
  triggers: number;
  /** Whether the public role may register devices; null: it cannot be known. */
  registrationOpen: boolean | null;
}
