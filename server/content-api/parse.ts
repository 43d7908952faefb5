import type { BackgroundRefresh, Environment } from '../admin-api/contract';
import type { DeviceChanges, DeviceReport } from '../devices/device-changes';
import { normalizeLocale, normalizeToken, type MovedDevice } from '../devices';
import type { Registration } from '../devices/registration-lane';
import { MAX_CONTENT_LIMIT, type ContentRequest, type SnapshotQuery } from '../content';
import { check, type Parsed, type Wording } from '../http/field-errors';
import { DEVELOPMENT, DEVICE_CHANGES, FEED_QUERY, MOVED_DEVICE, REGISTRATION, SNAPSHOT_QUERY } from './schemas';

const WORDING: Wording = {
  unknown: 'is not known here; leave it out',
  whole: 'must be a JSON object',
  sentence: (path, rule) => `${path.join('.') || 'The body'} ${rule}.`,
};

/** What the feed is asked for. */
export interface FeedRequest extends ContentRequest {
  /** With the entries themselves. */
  content: boolean;
}

/** A registration in its stored form, and the id of the one it replaces. */
export interface ParsedRegistration {
  registration: Registration;
  report: DeviceReport;
  replaces: string | null;
}

export function parseRegistration(body: unknown): Parsed<ParsedRegistration> {
  const parsed = check(REGISTRATION, body, WORDING);
  if (!parsed.ok) return parsed;
  const { app, environment, token, id: replaces = null } = parsed.value;
  const registration = { app, environment: laneOf(environment), ...stored(parsed.value), token: storedToken(token) };
  return { ok: true, value: { registration, report: reportOf(parsed.value), replaces } };
}

/** A line of a file of devices, by the rules of a registration. */
export function parseMovedDevice(line: unknown): Parsed<MovedDevice> {
  const parsed = check(MOVED_DEVICE, line, {
    ...WORDING,
    whole: 'must be a JSON object: one device',
    sentence: ofLine,
  });
  if (!parsed.ok) return parsed;
  const { app, environment, token, registeredAt = null, seenAt = null } = parsed.value;
  const device = { app, environment: laneOf(environment), ...stored(parsed.value), token: storedToken(token) };
  return { ok: true, value: { ...device, registeredAt, seenAt } };
}

const ofLine: Wording['sentence'] = (path, rule) => `${path.join('.') || 'The line'} ${rule}.`;

const laneOf = (environment: Environment | typeof DEVELOPMENT): Environment =>
  environment === DEVELOPMENT ? 'sandbox' : environment;

/** What a device says of itself, in its stored form, and of the content it has; either may be empty. */
export interface ParsedDevice {
  changes: DeviceChanges;
  report: DeviceReport;
}

export function parseDevice(body: unknown): Parsed<ParsedDevice> {
  const parsed = check(DEVICE_CHANGES, body, WORDING);
  if (!parsed.ok) return parsed;
  const { token } = parsed.value;
  const changes = { ...stored(parsed.value), ...(token === undefined ? {} : { token: storedToken(token) }) };
  return { ok: true, value: { changes, report: reportOf(parsed.value) } };
}

function reportOf(said: {
  rev?: number;
  epoch?: string;
  wokenBy?: number;
  backgroundRefresh?: BackgroundRefresh;
}): DeviceReport {
  const { rev, epoch, wokenBy, backgroundRefresh } = said;
  return {
    ...(rev !== undefined && epoch !== undefined && { held: { epoch, rev } }),
    ...(wokenBy !== undefined && { wokenBy }),
    ...(backgroundRefresh !== undefined && { backgroundRefresh }),
  };
}

/** A query of the feed, its numbers as numbers. */
export function parseFeedQuery(query: unknown): Parsed<FeedRequest> {
  const parsed = check(FEED_QUERY, query, WORDING);
  if (!parsed.ok) return parsed;
  const { app, epoch, since, to, limit, include, scope, locale, contentType } = parsed.value;
  const numbers = { since: toNumber(since), to: toNumber(to), limit: toNumber(limit) };
  const lists = { locales: locale?.split(','), contentTypes: contentType?.split(',') };
  return { ok: true, value: { app, epoch, ...numbers, ...lists, scope, content: include === 'content' } };
}

export function parseSnapshotQuery(query: unknown): Parsed<SnapshotQuery> {
  const parsed = check(SNAPSHOT_QUERY, query, WORDING);
  if (!parsed.ok) return parsed;
  const { app, cursor, type, limit, epoch, scope, rev } = parsed.value;
  const numbers = { limit: toNumber(limit) ?? MAX_CONTENT_LIMIT, rev: toNumber(rev) };
  return { ok: true, value: { app, cursor, type, epoch, scope, ...numbers } };
}

function stored({ locale, tags }: { locale?: string | null; tags?: string[] }): Pick<DeviceChanges, 'locale' | 'tags'> {
  return {
    ...(locale === undefined ? {} : { locale: locale === null ? null : normalizeLocale(locale) }),
    ...(tags === undefined ? {} : { tags: [...new Set(tags)] }),
  };
}

function storedToken(text: string): string {
  const token = normalizeToken(text);
  if (token === null) throw new RangeError('The schema let a device token pass that has no stored form.');
  return token;
}

const toNumber = (text: string | undefined) => (text === undefined ? undefined : Number(text));
