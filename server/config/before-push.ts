import { z } from '@strapi/utils';

/** What `delivery.beforePush` is told. */
export interface BeforePushCall {
  /** Bundle id. */
  app: string;
  environment: string;
  epoch: string;
  since: number;
  rev: number;
}

/** A request, or a function of the operator's; both with a deadline. */
export type BeforePush = { timeoutMs: number } & (
  | { run: (call: BeforePushCall, signal: AbortSignal) => unknown; url?: undefined }
  | { run?: undefined; url: string; method: string; headers: Record<string, string> }
);

type Hook = (call: BeforePushCall, signal: AbortSignal) => unknown;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PURGE'];
const TIMEOUT_MS = 5_000;
const MOST_MS = 60_000;

/** Ways to write it; what is read is `BeforePush`. */
export type BeforePushSetting =
  null | Hook | { url: string; method?: string; headers?: Record<string, string>; timeoutMs?: number };

const BEFORE_PUSH_RULE =
  'must be null, a function, or an object with url (http or https), method, headers and timeoutMs (1 to 60000)';

export const beforePush = z
  .custom<BeforePushSetting>((value) => read(value) !== undefined, { error: BEFORE_PUSH_RULE })
  .transform((value): BeforePush | null => read(value) ?? null);

/** @returns undefined where it is none of the ways */
function read(value: unknown): BeforePush | null | undefined {
  if (value === null) return null;
  if (typeof value === 'function') return { run: value as Hook, timeoutMs: TIMEOUT_MS };
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { url, method = 'POST', headers = {}, timeoutMs = TIMEOUT_MS, ...strange } = value as Record<string, unknown>;
  if (Object.keys(strange).length > 0 || typeof url !== 'string' || !isAddress(url)) return undefined;
  if (typeof method !== 'string' || !METHODS.includes(method)) return undefined;
  if (!Number.isInteger(timeoutMs) || (timeoutMs as number) < 1 || (timeoutMs as number) > MOST_MS) return undefined;
  if (typeof headers !== 'object' || headers === null) return undefined;
  if (!Object.values(headers).every((text) => typeof text === 'string')) return undefined;
  return { url, method, headers: { ...(headers as Record<string, string>) }, timeoutMs: timeoutMs as number };
}

function isAddress(url: string): boolean {
  const filled = url.replace(/\{\w+\}/g, 'x');
  return URL.canParse(filled) && /^https?:$/.test(new URL(filled).protocol);
}
