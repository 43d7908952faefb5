import type { Environment, TriggerSettings } from '../admin-api/contract';
import type { BeforePush } from './before-push';
import type { ConfiguredApp } from '../apps/configured-app';

/** The whole configuration, validated and frozen. Keys and certificates are read: nothing here is a path any more. */
export interface PluginConfig {
  readonly apps: readonly ConfiguredApp[];
  readonly triggers: readonly TriggerSettings[];
  /** False: changes are not logged. */
  readonly capture: boolean;
  readonly coalesce: {
    /** How long no waking change may come before a push leaves. */
    readonly quietMs: number;
    /** How long a push waits for quiet at most, from the first waking change. */
    readonly maxWaitMs: number;
    /** 0: unlimited. */
    readonly pushesPerHour: Readonly<Record<Environment, number>>;
  };
  readonly delivery: {
    /** False: everything but sending. */
    readonly enabled: boolean;
    /** A name of this installation; null: derived from where Strapi and its database are. */
    readonly instance: string | null;
    /** How long APNs keeps a push for a device that is off, and how long the plugin goes on with one. */
    readonly ttlMs: number;
    /** Devices. */
    readonly shardSize: number;
    readonly leaseMs: number;
    /** When a device is tried again after APNs answered 5xx. Apple asks for 15 minutes. */
    readonly retry5xxAfterMs: number;
    /** When a lane is first tried again that APNs refuses, or that gets server errors; each further wait is twice as long. */
    readonly probeAfterMs: number;
    /** Pushes per second of all lanes, over all processes; null: as fast as APNs takes them. */
    readonly maxPerSecond: number | null;
    /** What is told that a push is about to leave; null: nothing. */
    readonly beforePush: BeforePush | null;
    /** How long a process that is told to stop waits for answers. */
    readonly drainMs: number;
  };
  /** How woken apps are answered. */
  readonly feed: {
    /** A cache in front answers them: a push need not wait for the CMS. */
    readonly cdn: boolean;
    /** How many this installation answers, all its processes together; without a cache pushes go no faster. */
    readonly requestsPerSecond: number;
    /** Which share of the devices a push asks to say what they hold; null: all up to 10,000, of more a hundredth. */
    readonly reportShare: number | null;
  };
  readonly content: {
    /** Pages with content that one process reads at a time. */
    readonly concurrency: number;
    /** Of JSON in one page; an entry that is larger comes alone. */
    readonly pageBytes: number;
    /** How long a cache may keep a page of changes with content, and so for how long it may show what was withdrawn. */
    readonly cacheSeconds: number;
    /** The same for a page of a snapshot, which the changes after it make right. */
    readonly snapshotCacheSeconds: number;
    /** Entries of one type that are told one by one that something they show has changed; above it, their type. */
    readonly relatedMax: number;
  };
  readonly registration: {
    readonly perAddressPerMinute: number;
    readonly globalPerMinute: number;
    /** Null: no limit. */
    readonly maxDevices: number | null;
  };
  readonly retention: {
    readonly pushesDays: number;
    readonly changesDays: number;
    readonly samplesDays: number;
    readonly unseenDevicesDays: number;
  };
  readonly apns: {
    /** Per lane. */
    readonly connections: number;
    /** Requests in flight per connection; the server's own limit wins when it is lower. */
    readonly streams: number;
    readonly requestTimeoutMs: number;
    readonly origin: Readonly<Record<Environment, string>>;
    /** PEM of certificate authorities to trust besides Node's own list; null: none. */
    readonly ca: string | null;
  };
}
