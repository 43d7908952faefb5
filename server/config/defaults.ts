/** What holds when `config/plugins` says nothing else; Strapi lays the user's configuration over it. */
export const DEFAULTS = {
  apps: [],
  triggers: [],
  capture: true,
  coalesce: {
    quietMs: 10_000,
    maxWaitMs: 60_000,
    // Apple: two or three background pushes an hour. 0: unlimited.
    pushesPerHour: { production: 3, sandbox: 0 },
  },
  delivery: {
    enabled: true,
    instance: null,
    ttlMs: 86_400_000,
    shardSize: 5_000,
    leaseMs: 30_000,
    retry5xxAfterMs: 900_000,
    probeAfterMs: 15_000,
    maxPerSecond: null,
    beforePush: null,
    drainMs: 10_000,
  },
  content: { concurrency: 2, pageBytes: 1_048_576, cacheSeconds: 60, snapshotCacheSeconds: 300, relatedMax: 1_000 },
  feed: { cdn: false, requestsPerSecond: 500, reportShare: null },
  registration: { perAddressPerMinute: 60, globalPerMinute: 3_000, maxDevices: null },
  retention: { pushesDays: 90, changesDays: 90, samplesDays: 14, unseenDevicesDays: 270 },
  apns: {
    connections: 1,
    streams: 1_000,
    requestTimeoutMs: 20_000,
    origin: { production: 'https://api.push.apple.com', sandbox: 'https://api.sandbox.push.apple.com' },
    ca: null,
  },
} as const;

/** Default keys of an app and of a trigger in the configuration's lists, which Strapi's merge does not reach. */
export const APP_DEFAULTS = { customKeys: {}, production: null, sandbox: null } as const;
export const TRIGGER_DEFAULTS = {
  wakeOn: ['publish'],
  audience: 'all',
  content: null,
  related: null,
  relatedWakes: false,
} as const;

type Settings = Record<string, unknown>;

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lays `settings` over `defaults`, object by object; lists and single values replace. Changes neither. */
export function withDefaults(settings: unknown, defaults: Settings = DEFAULTS): unknown {
  if (settings === undefined) return structuredClone(defaults);
  if (!isSettings(settings)) return settings;
  const merged: Settings = { ...settings };
  for (const [name, value] of Object.entries(defaults)) {
    if (isSettings(value) && Object.keys(value).length > 0) merged[name] = withDefaults(settings[name], value);
    else if (settings[name] === undefined) merged[name] = structuredClone(value);
  }
  return merged;
}
