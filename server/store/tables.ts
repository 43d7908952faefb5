import type {
  AudienceKind,
  BackgroundRefresh,
  Counters as ShownCounters,
  Environment,
  Hurry,
  PublishChoice,
  Push,
  PushEnd,
  Source,
  TestResult,
} from '../admin-api/contract';

/** Every table of the plugin. Plain tables, not Strapi models: an export must not carry them, an import must not empty them. */
export const TABLES = {
  apps: 'background_push_apps',
  lanes: 'background_push_lanes',
  triggers: 'background_push_triggers',
  settings: 'background_push_settings',
  devices: 'background_push_devices',
  deviceTags: 'background_push_device_tags',
  changes: 'background_push_changes',
  intents: 'background_push_intents',
  related: 'background_push_related',
  pushes: 'background_push_pushes',
  shards: 'background_push_shards',
  applied: 'background_push_applied',
  retries: 'background_push_retries',
  failureSamples: 'background_push_failure_samples',
  alarms: 'background_push_alarms',
  instances: 'background_push_instances',
  acts: 'background_push_acts',
  imports: 'background_push_imports',
  importRefusals: 'background_push_import_refusals',
  testDevices: 'background_push_test_devices',
  testAnswers: 'background_push_test_answers',
} as const;

export const MIGRATIONS_TABLE = 'background_push_migrations';

/** 0 or 1: SQLite and MariaDB have no Boolean, and one spelling serves all three databases. */
export type Flag = 0 | 1;

export type ChangeAction = 'publish' | 'unpublish' | 'delete' | 'refresh';

export interface AppRow {
  id: number;
  bundle_id: string;
  name: string;
  /** JSON object: the app's own keys, sent beside `aps` and `content` in every push. */
  custom_keys: string;
  source: Source;
  enabled: Flag;
  /** Set when the app was removed; the row stays, because its revisions must never fall. */
  removed_at: number | null;
  epoch: string;
  /** The highest revision given out. */
  head: number;
  /** The feed answers `reset` to a `since` below this. */
  floor: number;
  beat: number;
  created_at: number;
  updated_at: number;
}

export interface LaneRow {
  id: number;
  app_id: number;
  environment: Environment;
  key_id: string | null;
  team_id: string | null;
  /** Where the credential comes from; null: the lane is not set up. */
  credential_source: Source | null;
  /** The provider key, encrypted with Strapi's `admin::encryption`; null when it comes from configuration. Never leaves the server. */
  credential: string | null;
  /** A hash that tells whether the credential changed. */
  credential_mark: string | null;
  announced: number;
  handled: number;
  /** The lane's latest push that has not finished. */
  push_id: number | null;
  /** JSON array of `Pause`, one per cause; empty: the lane runs. */
  pauses: string;
  /** JSON `Probation`; null: APNs never refused the lane's pushes since its credential was set. */
  probation: string | null;
  /** An administrator wants the next push to leave at once; null: it leaves when it is due. */
  hurry: Hurry | null;
  /** Where acts were kept before they had a table; null since then. */
  acts: string | null;
  /** When APNs first accepted a push of this lane; null: never. */
  accepted_at: number | null;
  back_off_until: number | null;
  /** JSON `{ code, params }` of what last went wrong on the connection; null when it works. */
  last_error: string | null;
  beat: number;
  created_at: number;
  updated_at: number;
}

export interface TriggerRow {
  id: number;
  name: string;
  content_type: string;
  /** JSON array of `ChangeAction` without `refresh`. */
  wake_on: string;
  /** JSON array of bundle ids. */
  apps: string;
  audience: AudienceKind;
  /** JSON array of templates, of the audience `tags`; null elsewhere. */
  audience_tags: string | null;
  /** JSON `ContentSettings`; null: no content is handed out. */
  content: string | null;
  /** JSON `TriggerSettings['related']`; null: what others hold of an entry is nobody's news. */
  related: string | null;
  /** Whether such news wakes. */
  related_wakes: Flag;
  enabled: Flag;
  source: Source;
  created_at: number;
  updated_at: number;
}

export interface SettingRow {
  key: string;
  value: string | null;
  owner: string | null;
  fence: number;
  lease_until: number;
  beat: number;
}

export interface DeviceRow {
  id: number;
  public_id: string;
  lane_id: number;
  /** Lower-case hex. Never logged, never returned. */
  token: string;
  /** SHA-256 of the token, hex. */
  token_hash: string;
  /** BCP 47, lower case; null: concerned by every change. */
  locale: string | null;
  secret_hash: string;
  /** The oldest secret that is still good beside the newest, and until when. */
  old_secret_hash: string | null;
  old_secret_until: number | null;
  /** JSON array `{ hash, until }` of those between the two, oldest first; null: none. */
  later_secrets: string | null;
  /** 1 once APNs has accepted a push to this token. */
  accepted: Flag;
  /** In how many pushes APNs refused the token without saying that it is gone (`class: 'suspect'`). */
  refusals: number;
  /** When the last of them was counted. */
  refused_at: number | null;
  /** What `refused_at` was before that, so that a push whose guard trips can take its count back. */
  refused_before: number | null;
  /** The push that counted it. */
  refused_push: number | null;
  /** Up to when APNs calls the token dead (410); the deletion waits. Null: it does not, or the device came back. */
  gone_at: number | null;
  /** The push that was told so. */
  gone_push: number | null;
  /** The life of the log and the revision up to which the device said it holds everything; null: it did not say. */
  applied_epoch: string | null;
  applied_rev: number | null;
  /** When it last said so. */
  reported_at: number | null;
  /** The push that woke it then. */
  woken_by: number | null;
  /** Whether iOS wakes it at all, as it said; null: it did not say. */
  background_refresh: BackgroundRefresh | null;
  registered_at: number;
  seen_at: number;
  created_at: number;
}

export interface ChangeRow {
  id: number;
  app_id: number;
  /** Null until sequenced. */
  rev: number | null;
  content_type: string | null;
  document_id: string | null;
  locale: string | null;
  action: ChangeAction;
  wakes: Flag;
  audience: AudienceKind;
  /**
   * JSON array of tags, sorted: devices with one of them are concerned, beside those of the locale where `audience` says
   * so. Null: not by tags; where `audience` does, it was written by the plugin before this one, which knew none.
   */
  tags: string | null;
  /** When it was sequenced, not when the editor's transaction began. */
  at: number | null;
  /** What the editor chose beside Publish; null: nothing, triggers decide. */
  choice: PublishChoice | null;
  /** Who chose. */
  chosen_by: string | null;
}

/** A write past Strapi's transactions that was announced and whose change is not logged yet. */
export interface IntentRow {
  id: number;
  /** Names the notes of one write. */
  act: string;
  content_type: string;
  /** The row; where rows are created, the highest id before. */
  row_id: number;
  /** Null: rows are created. */
  document_id: string | null;
  locale: string | null;
  /** The row as it was: whether it was public, and a hash of its columns. */
  published: Flag;
  row_mark: string | null;
  at: number;
}

/** A note that an entry changed which others show. */
export interface RelatedRow {
  id: number;
  /** Names the notes of one transaction, or of one write without any. */
  act: string;
  content_type: string;
  /** Empty: no single one. */
  document_id: string;
  locale: string | null;
  /** JSON: who showed it before. */
  owners: string;
  /** When it counts. */
  due_at: number;
  /** 1: the editor published without a push, so whoever shows it wakes nobody either. */
  quiet: Flag;
}

export type PushState = Push['state'];
export type { PushEnd };
/** Why a push is being closed before every device was answered. */
export type ClosingCause = Exclude<PushEnd, 'done'>;

/** What became of the devices a push met. `met` is the sum of all the others and of those that wait in `retries`. */
export type Counters = Omit<ShownCounters, 'waiting'>;

export interface PushRow extends Counters {
  id: number;
  uuid: string;
  lane_id: number;
  state: PushState;
  ended: PushEnd | null;
  closing: ClosingCause | null;
  /** Version of the row's meaning; a process leaves rows above its own version alone. */
  v: number;
  epoch: string;
  since: number;
  rev: number;
  /** JSON `AudienceFilter`. */
  audience: string;
  payload: string;
  /** Whose answers the guard weighs: devices APNs has accepted before, or all. */
  guard_scope: 'accepted' | 'all';
  /** 0: an administrator said "send anyway". */
  guard: Flag;
  guard_tripped: Flag;
  /** The highest device id when the push began: later registrations are not met. */
  hi: number;
  /** Device ids up to here belong to a shard. */
  planned_to: number;
  /** JSON array of the ids of the canary's devices; null: its shard's whole range (`v` 1), or no canary. */
  canary: string | null;
  /** Devices that were deleted at its end, because APNs called them gone although it had accepted them before. */
  gone: number;
  /** The hurry it was asked to leave in; null: it left because it was due. */
  hurry: Hurry | null;
  /** When the first change that it announces was numbered; null: written before this was kept. */
  changed_at: number | null;
  /** Which share of the devices it asks to say what they hold; null: none. */
  report_share: number | null;
  /** Who asked for it. */
  asked_by: string | null;
  cancelled_by: string | null;
  /** JSON `{ "<status> <reason>": count }`, filled when the push finishes. */
  reasons: string;
  beat: number;
  created_at: number;
  expires_at: number;
  first_accepted_at: number | null;
  announced_at: number | null;
  finished_at: number | null;
}

export interface ShardRow extends Counters {
  id: number;
  push_id: number;
  seq: number;
  canary: Flag;
  lo: number;
  hi: number;
  /** Low-water mark: every device up to here was answered or handed to `retries`. */
  cursor: number;
  state: 'open' | 'done';
  /** When the shard is next worth claiming. */
  due_at: number;
  owner: string | null;
  fence: number;
  lease_until: number;
  beat: number;
  guard_answers: number;
  guard_refusals: number;
  /** Devices accepted before that APNs called gone. */
  gone: number;
  reasons: string;
}

/** How many devices said that they hold what a push announced, by how long after the change (`freshness/delay.ts`). */
export interface AppliedRow {
  push_id: number;
  bucket: number;
  /** Those that the push itself woke. */
  woken: number;
  others: number;
}

/** `refused`: the answer was about the lane, so the device is not answered yet: its push has not announced. */
export type RetryCause = 'suspect' | 'unsent' | 'unknown' | 'status' | 'refused';

export interface RetryRow {
  id: number;
  push_id: number;
  shard_id: number;
  device_id: number;
  token_hash: string;
  attempts: number;
  cause: RetryCause;
  reason: string | null;
  due_at: number;
}

export interface FailureSampleRow {
  id: number;
  push_id: number;
  lane_id: number;
  status: number;
  reason: string;
  device_id: number;
  /** The last six characters of the token. */
  token_tail: string;
  at: number;
}

export interface AlarmRow {
  id: number;
  key: string;
  code: string;
  params: string;
  lane_id: number | null;
  raised_at: number;
  beat: number;
}

export interface InstanceRow {
  id: string;
  seen_at: number;
}

/** What an administrator did. */
export interface ActRow {
  id: number;
  act: string;
  done_by: string;
  at: number;
  app_id: number | null;
  lane_id: number | null;
  /** JSON `ActParams`. */
  params: string;
}

/** A file of devices, and how far it was taken in. */
export interface ImportRow {
  id: number;
  name: string;
  /** In bytes; 64 bits wide, as `position` is. */
  size: number;
  /** A hash of the file's beginning: the same file is gone on with. */
  mark: string;
  /** All lines before this byte were taken in. */
  position: number;
  /** And so many lines after it. */
  ahead: number;
  lines: number;
  added: number;
  updated: number;
  refused: number;
  done_by: string;
  started_at: number;
  moved_at: number;
  finished_at: number | null;
}

export interface TestDeviceRow {
  device_id: number;
  name: string;
}

/** A test push and what APNs said of it. */
export interface TestAnswerRow {
  id: number;
  device_id: number;
  lane_id: number;
  /** The last six characters of the token that it was sent to. */
  token_tail: string;
  /** When it was sent. */
  at: number;
  /** Null: it is on its way, or the process died that sent it. */
  answered_at: number | null;
  outcome: TestResult['outcome'] | null;
  status: number | null;
  reason: string | null;
  apns_id: string;
  unique_id: string | null;
}

export interface ImportRefusalRow {
  import_id: number;
  /** From 1. */
  line: number;
  field: string;
  message: string;
  token_tail: string | null;
}
