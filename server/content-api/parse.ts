import type { z } from '@strapi/utils';
import { normalizeLocale, normalizeToken } from '../devices';
import type { Registration } from '../devices/devices';
import type { DeviceChanges } from '../devices/update-device';
import type { FeedQuery } from '../feed/feed';
import { DEVICE_CHANGES, FEED_QUERY, REGISTRATION } from './schemas';

/** One wrong field, as Strapi's own validation errors look. */
export interface FieldError {
  path: string[];
  message: string;
  name: 'ValidationError';
}

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; errors: FieldError[] };

/** A registration in its stored form, and the id of the one it replaces. */
export interface ParsedRegistration {
  registration: Registration;
  replaces: string | null;
}

export function parseRegistration(body: unknown): Parsed<ParsedRegistration> {
  const parsed = check(REGISTRATION, body);
  if (!parsed.ok) return parsed;
  const { app, environment, token, id: replaces = null } = parsed.value;
  const registration = { app, environment, ...stored(parsed.value), token: storedToken(token) };
  return { ok: true, value: { registration, replaces } };
}

/** What a device changes, in its stored form. */
export function parseDeviceChanges(body: unknown): Parsed<DeviceChanges> {
  const parsed = check(DEVICE_CHANGES, body);
  if (!parsed.ok) return parsed;
  const { token } = parsed.value;
  return {
    ok: true,
    value: { ...stored(parsed.value), ...(token === undefined ? {} : { token: storedToken(token) }) },
  };
}

/** A query of the feed, its numbers as numbers. */
export function parseFeedQuery(query: unknown): Parsed<FeedQuery> {
  const parsed = check(FEED_QUERY, query);
  if (!parsed.ok) return parsed;
  const { app, epoch, since, to, limit } = parsed.value;
  return { ok: true, value: { app, epoch, since: toNumber(since), to: toNumber(to), limit: toNumber(limit) } };
}

/** A wrong field, for refusals that only the set-up can tell. */
export function fieldError(field: string, message: string): FieldError {
  return { path: [field], message, name: 'ValidationError' };
}

/** By `safeParse` and not by Strapi's own wrapper, whose error class is another one where `@strapi/utils` is there twice. */
function check<Schema extends z.ZodType>(schema: Schema, input: unknown): Parsed<z.infer<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: result.error.issues.flatMap(toFieldErrors) };
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => toFieldError([...path, key], 'is not known here; leave it out'));
  }
  return [toFieldError(path, path.length === 0 ? 'must be a JSON object' : issue.message)];
}

function toFieldError(path: string[], rule: string): FieldError {
  return { path, message: `${path.join('.') || 'The body'} ${rule}.`, name: 'ValidationError' };
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
