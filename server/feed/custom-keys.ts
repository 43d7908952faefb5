import { MAX_PAYLOAD_BYTES, payloadBytes } from './payload';

/** Levels of objects and arrays below the custom keys' own object. */
export const MAX_CUSTOM_KEYS_DEPTH = 8;

/** Ours, Apple's, and the one by which `simctl push` finds the app. */
const RESERVED = new Set(['aps', 'content', 'Simulator Target Bundle']);

/** Keys that change an object's prototype in careless code, ours or an app's. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/** `content` at its least telling and its longest: what must always fit beside the custom keys. */
const LEAST_CONTENT = {
  v: 1,
  epoch: 'x'.repeat(16),
  since: Number.MAX_SAFE_INTEGER,
  rev: Number.MAX_SAFE_INTEGER,
  refresh: 'all',
};

/** How large custom keys may be, in UTF-8 bytes of their JSON. */
export const MAX_CUSTOM_KEYS_BYTES =
  MAX_PAYLOAD_BYTES - payloadBytes({ content: LEAST_CONTENT }) + Buffer.byteLength('{}') - Buffer.byteLength(',');

/**
 * What is wrong with an app's custom keys, or null. They are sent in every push beside `aps` and `content`, so they
 * must be JSON, keep off those names and leave room for at least `refresh`.
 *
 * @returns a sentence without its subject ("must be …"): put the field's name before it
 */
export function checkCustomKeys(keys: unknown): string | null {
  if (!isPlainObject(keys)) return 'must be a JSON object';
  const reserved = Object.keys(keys).find((key) => RESERVED.has(key));
  if (reserved !== undefined) return `must not have the key "${reserved}": that name is not free in a push`;
  // A value takes at least two bytes in JSON (itself and a comma), so more values than this cannot fit.
  const problem = checkValue(keys, [], { values: MAX_PAYLOAD_BYTES / 2 });
  if (problem !== null) return problem;
  const bytes = Buffer.byteLength(JSON.stringify(keys));
  return bytes > MAX_CUSTOM_KEYS_BYTES ? `${TOO_LARGE} and are ${bytes}` : null;
}

const TOO_LARGE = `must be at most ${MAX_CUSTOM_KEYS_BYTES} bytes as JSON`;

function checkValue(value: unknown, path: readonly string[], budget: { values: number }): string | null {
  if (--budget.values < 0) return `${TOO_LARGE} and are more`;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number' && Number.isFinite(value)) return null;
  const place = path.join('.');
  if (!Array.isArray(value) && !isPlainObject(value)) return `must be JSON, which "${place}" is not`;
  if (path.length > MAX_CUSTOM_KEYS_DEPTH) {
    return `must not be nested more than ${MAX_CUSTOM_KEYS_DEPTH} levels deep, as "${place}" is`;
  }
  for (const [key, member] of Object.entries(value)) {
    if (DANGEROUS.has(key)) return `must not have the key "${[...path, key].join('.')}": it changes prototypes`;
    const problem = checkValue(member, [...path, key], budget);
    if (problem !== null) return problem;
  }
  return null;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object made in another realm (a configuration file under a test runner) has another Object's prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
