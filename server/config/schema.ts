import { WAKE_ACTIONS, type Audience, type TriggerSettings } from '../admin-api/contract';
import { z } from '@strapi/utils';
import { checkKeyId, checkTeamId, parseKey } from '../apns';
import { MAX_APP_NAME_LENGTH } from '../apps/app-input';
import { BUNDLE_ID_RULE, isBundleId } from '../apps/bundle-id';
import { checkCustomKeys } from '../feed';
import { CONTENT_RULE, isContent, isRelated, RELATED_RULE } from '../triggers/content-rule';
import { AUDIENCE_RULE, isAudience } from '../triggers/tag-template';
import { MAX_TRIGGER_NAME_LENGTH } from '../triggers/trigger';
import { beforePush } from './before-push';
import { readCertificateAuthority } from './certificate-authority';
import { flag, list, name, oneOf, read, settings, shareOrNull, whole, wholeOrNull } from './fields';
import { readTextOrFile } from './key-file';
import { readOrigin } from './origin';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const credential = settings({
  keyId: read('must be the key id, 10 characters', checkKeyId),
  teamId: read('must be the team id, 10 characters', checkTeamId),
  key: read('must be the .p8 key: PEM, base64, or file: and its path', (source) => parseKey(readTextOrFile(source))),
});

/** Null or absent: configuration does not pin this lane. */
const lane = credential.nullish().transform((value) => value ?? null);

const bundleId = z.custom<string>(isBundleId, { error: `must be ${BUNDLE_ID_RULE}` });

const customKeys = z
  .custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be an object',
  })
  .transform((value, context) => {
    const problem = checkCustomKeys(value);
    if (problem) {
      context.issues.push({ code: 'custom', message: problem, input: value });
      return z.NEVER;
    }
    return structuredClone(value);
  });

const app = settings({ bundleId, name: name(MAX_APP_NAME_LENGTH), customKeys, production: lane, sandbox: lane });

const trigger = settings({
  name: name(MAX_TRIGGER_NAME_LENGTH),
  contentType: name(255),
  wakeOn: list(oneOf(WAKE_ACTIONS)),
  apps: list(bundleId),
  audience: z.custom<Audience>(isAudience, { error: AUDIENCE_RULE }),
  content: z.custom<TriggerSettings['content']>(isContent, { error: CONTENT_RULE }),
  related: z.custom<TriggerSettings['related']>(isRelated, { error: RELATED_RULE }),
  relatedWakes: flag(),
});

/** Field by field; what fields must be to each other is in `relations.ts`. */
export const CONFIG_SCHEMA = settings({
  apps: list(app),
  triggers: list(trigger),
  capture: flag(),
  coalesce: settings({
    quietMs: whole(0, HOUR_MS),
    maxWaitMs: whole(0, DAY_MS),
    pushesPerHour: settings({ production: whole(0, 1_000), sandbox: whole(0, 1_000) }),
  }),
  delivery: settings({
    enabled: flag(),
    instance: name(255).nullable(),
    // Apple keeps a push for 30 days at most.
    ttlMs: whole(1, 30 * DAY_MS),
    shardSize: whole(1, 100_000),
    // Below 300 ms a lease would end between two of its own renewals.
    leaseMs: whole(300, HOUR_MS),
    retry5xxAfterMs: whole(0, DAY_MS),
    probeAfterMs: whole(1, HOUR_MS),
    maxPerSecond: wholeOrNull(1, 1_000_000, 'as fast as APNs takes them'),
    beforePush,
    drainMs: whole(0, 600_000),
  }),
  feed: settings({ cdn: flag(), requestsPerSecond: whole(1, 1_000_000), reportShare: shareOrNull() }),
  content: settings({
    concurrency: whole(1, 100),
    pageBytes: whole(1_024, 64 * 1_048_576),
    cacheSeconds: whole(0, 86_400),
    snapshotCacheSeconds: whole(0, 86_400),
    relatedMax: whole(1, 100_000),
  }),
  registration: settings({
    perAddressPerMinute: whole(1, 1_000_000),
    globalPerMinute: whole(1, 10_000_000),
    maxDevices: wholeOrNull(1, 1_000_000_000, 'no limit'),
  }),
  retention: settings({
    pushesDays: whole(1, 36_500),
    changesDays: whole(1, 36_500),
    samplesDays: whole(1, 36_500),
    unseenDevicesDays: whole(1, 36_500),
  }),
  apns: settings({
    connections: whole(1, 100),
    streams: whole(1, 10_000),
    requestTimeoutMs: whole(1, 600_000),
    origin: settings({
      production: read('must be an https origin', readOrigin),
      sandbox: read('must be an https origin', readOrigin),
    }),
    ca: read('must be certificates in PEM, file: and a path, or null', readCertificateAuthority).nullable(),
  }),
});
