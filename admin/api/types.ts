/** What the admin API answers. Times are milliseconds since the epoch, by the server's clock. */

export type Environment = 'production' | 'sandbox';
export const ENVIRONMENTS = ['production', 'sandbox'] as const satisfies readonly Environment[];

/** Where something was set up. `config` is pinned: read-only here. */
export type Source = 'config' | 'panel';

export type Params = Record<string, string | number>;

export interface Credential {
  keyId: string;
  teamId: string;
  source: Source;
  pinned: boolean;
  /** False: the stored key cannot be decrypted any more. */
  readable: boolean;
  updatedAt: number;
}

export interface Lane {
  id: number;
  environment: Environment;
  credential: Credential | null;
  devices: number;
}

export interface App {
  id: number;
  bundleId: string;
  name: string;
  customKeys: Record<string, unknown>;
  source: Source;
  pinned: boolean;
  enabled: boolean;
  epoch: string;
  head: number;
  lanes: Lane[];
}

export interface CheckResult {
  ok: boolean;
  proves: 'all' | 'no-fault' | 'nothing';
  code: string;
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}

export type WakingAction = 'publish' | 'unpublish' | 'delete';
export const WAKING_ACTIONS = ['publish', 'unpublish', 'delete'] as const satisfies readonly WakingAction[];

export interface Trigger {
  id: number;
  name: string;
  contentType: string;
  wakeOn: WakingAction[];
  /** Bundle ids. */
  apps: string[];
  audience: 'all' | 'locale';
  enabled: boolean;
  source: Source;
  pinned: boolean;
  /** Why it cannot work, for example a content type that is gone. */
  problem: string | null;
}

export type TriggerBody = Pick<Trigger, 'name' | 'contentType' | 'wakeOn' | 'apps' | 'audience' | 'enabled'>;

export interface ContentType {
  uid: string;
  displayName: string;
  kind: 'collectionType' | 'singleType';
  draftAndPublish: boolean;
  localized: boolean;
}

export type PauseCause = 'administrator' | 'fatal' | 'guard' | 'fingerprint' | 'no-credential';

export interface Pause {
  cause: PauseCause;
  code: string;
  params: Params;
  at: number;
  by?: string;
}

/** APNs, or something in its place, refuses every push of a lane; it is asked again now and then. */
export interface Probation {
  code: string;
  status: number;
  /** What came, where it was no answer of APNs. */
  answer?: string;
  since: number;
  /** How often it was asked again. */
  probes: number;
  nextAt: number;
}

export type ActKind =
  | 'pause'
  | 'resume'
  | 'send-anyway'
  | 'send-now'
  | 'force'
  | 'cancel'
  | 'set-credential'
  | 'replace-credential'
  | 'remove-credential'
  | 'remove-device'
  | 'test-device'
  | 'add-app'
  | 'rename-app'
  | 'change-custom-keys'
  | 'enable-app'
  | 'disable-app'
  | 'remove-app'
  | 'wake-everyone'
  | 'start-anew'
  | 'add-trigger'
  | 'rename-trigger'
  | 'change-trigger'
  | 'enable-trigger'
  | 'disable-trigger'
  | 'remove-trigger'
  | 'confirm-deletions'
  | 'drop-deletions'
  | 'confirm-instance';

/** What an administrator did. */
export interface Act {
  id: number;
  act: ActKind;
  /** A name. */
  by: string;
  at: number;
  laneId: number | null;
  params: Partial<
    Record<'bundleId' | 'name' | 'from' | 'keyId' | 'teamId' | 'fields' | 'tokenTail', string> & {
      environment: Environment;
      pushId: number;
    }
  >;
}

/** `now`: without the quiet window. `force`: without the budget either. */
export type Hurry = 'now' | 'force';

export interface Alarm {
  key: string;
  code: string;
  params: Params;
  laneId: number | null;
  raisedAt: number;
}

export interface Counters {
  met: number;
  accepted: number;
  rejected: number;
  unknown: number;
  expired: number;
  cancelled: number;
  superseded: number;
  removed: number;
  waiting: number;
}

export type PushEnd = 'done' | 'expired' | 'superseded' | 'cancelled';

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
  audience: 'all' | { locales: string[] };
  /** Devices met and still to meet. */
  estimated: number;
  /** Null: it left because it was due. */
  hurry: Hurry | null;
  askedBy: string | null;
  cancelledBy: string | null;
  /** False: sent anyway, after the guard had stopped it. */
  guarded: boolean;
}

export interface PushDetail extends Push {
  payload: Record<string, unknown>;
  reasons: { status: number; reason: string; count: number; meaning: string; remedy: string }[];
  samples: { deviceId: string | null; status: number; reason: string; tokenTail: string; at: number }[];
}

export interface Connection {
  kind: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';
  connections: number;
  inFlight: number;
  window: number;
  states: Partial<Record<'connecting' | 'warming' | 'open' | 'draining' | 'closed', number>>;
  /** Null while nothing was answered. */
  roundTripMs: number | null;
  /** Since the lane got its credential, or this process started. */
  counts: {
    sent: number;
    accepted: number;
    rejected: number;
    rejectedBy: Record<string, number>;
    unsent: number;
    unknown: number;
  };
  error?: { code: string; message: string };
  retryAt?: number;
}

export type DepartureKind =
  'none' | 'now' | 'quiet' | 'budget' | 'running' | 'refused' | 'paused' | 'not-set-up' | 'disabled';

export interface Departure {
  kind: DepartureKind;
  at: number | null;
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
  /** Null: APNs does not refuse the lane. */
  probation: Probation | null;
  /** What an administrator asked for and did not get yet. */
  hurry: Hurry | null;
  /** Newest first. */
  acts: Act[];
  backOffUntil: number | null;
  lastError: { code: string; message: string } | null;
  connection: Connection | null;
  current: Push | null;
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

export interface Overview {
  now: number;
  /** `instances`: processes that send from this database. */
  engine: {
    running: boolean;
    code: string;
    instances: number;
    dispatcher: { ok: boolean; lagMs: number; detail: string };
  };
  capture: { on: boolean; code: string; message?: string };
  instance: { confirmed: boolean };
  encryption: { ready: boolean };
  apps: OverviewApp[];
  alarms: Alarm[];
  triggers: number;
  /** Whether the public role may register devices; null: it cannot be known. */
  registrationOpen: boolean | null;
}

export interface Device {
  id: string;
  laneId: number;
  bundleId: string;
  environment: Environment;
  tokenTail: string;
  locale: string | null;
  tags: string[];
  registeredAt: number;
  seenAt: number;
  accepted: boolean;
  refusals: number;
}

export interface TestResult {
  outcome: 'accepted' | 'rejected' | 'unsent' | 'unknown';
  apnsId: string;
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}

export interface Pagination {
  page: number;
  pageSize: number;
  pageCount: number;
  total: number;
}

export interface Paged<T> {
  items: T[];
  pagination: Pagination;
}

export interface DevicePage extends Paged<Device> {
  /** Where apps register, such as `/api/background-push/devices`. */
  path: string;
}
