import { toUSVString } from 'node:util';
import { PayloadError } from './notification-error';

/** Keys that change an object's prototype in careless code, ours or an app's. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/** Apple: 4 KB, counted in bytes of UTF-8. */
export const MAX_PAYLOAD_BYTES = 4_096;

/** Readers may refuse more (RFC 8259 §9), and this is far more than anybody nests by intent. */
export const MAX_PAYLOAD_DEPTH = 64;

/** @param size as it was counted: "4097", or "more" */
export function payloadTooLarge(size: string): PayloadError {
  return new PayloadError(
    'payload-too-large',
    `must be at most ${MAX_PAYLOAD_BYTES} bytes as UTF-8 JSON, aps included, and has ${size}`,
  );
}

/**
 * A payload as JSON. Unlike `JSON.stringify` it leaves nothing out and rewrites nothing: what is no JSON is refused.
 * Each value is read once, so what was checked is what is sent.
 *
 * @throws PayloadError
 */
export function serializePayload(payload: Readonly<Record<string, unknown>>): string {
  // A value takes at least two bytes (itself and a comma): more than this cannot fit, and no shape can make us walk on.
  let left = MAX_PAYLOAD_BYTES / 2;
  const ancestors = new Set<object>([payload]);
  const path: string[] = [];

  function write(value: unknown): string {
    if (--left < 0) throw payloadTooLarge('more');
    switch (typeof value) {
      case 'string':
        return writeString(value, path);
      case 'boolean':
        return String(value);
      case 'number':
        if (!Number.isFinite(value)) throw notJson(path, `is ${value}`);
        return JSON.stringify(value);
      case 'object':
        return value === null ? 'null' : writeContainer(value);
      default:
        throw notJson(path, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
    }
  }

  function writeContainer(value: object): string {
    if (ancestors.has(value)) throw notJson(path, 'contains itself');
    if (ancestors.size > MAX_PAYLOAD_DEPTH)
      throw new PayloadError('too-deep', `must not be nested more than ${MAX_PAYLOAD_DEPTH} levels deep`);
    ancestors.add(value);
    const text = Array.isArray(value) ? `[${writeItems(value)}]` : `{${writeMembers(value)}}`;
    ancestors.delete(value);
    return text;
  }

  function writeItems(items: readonly unknown[]): string {
    if (items.length > left) throw payloadTooLarge('more');
    return Array.from(items, (item, index) => at(String(index), item)).join(',');
  }

  function writeMembers(value: object): string {
    if (Array.isArray(value) || !isPlain(value)) throw notJson(path, 'is no plain object');
    const members = Object.entries(value);
    if (members.length > left) throw payloadTooLarge('more');
    return members
      .map(([key, member]) => {
        if (DANGEROUS.has(key)) {
          const problem = `must not have the key "${place([...path, key])}": it changes prototypes`;
          throw new PayloadError('dangerous-key', problem);
        }
        return `${writeString(key, [...path, key])}:${at(key, member)}`;
      })
      .join(',');
  }

  function at(key: string, value: unknown): string {
    path.push(key);
    const text = write(value);
    path.pop();
    return text;
  }

  return `{${writeMembers(payload)}}`;
}

function writeString(text: string, path: readonly string[]): string {
  // JSON.stringify would write half a character as an escape, which no reader can turn into text.
  if (toUSVString(text) !== text) throw notJson(path, 'holds half of a surrogate pair');
  return JSON.stringify(text);
}

function notJson(path: readonly string[], what: string): PayloadError {
  return new PayloadError('not-json', `must be JSON, but "${place(path)}" ${what}`);
}

const place = (path: readonly string[]): string =>
  path.length === 0 ? 'payload' : toUSVString(path.join('.').slice(0, 100));

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object made in another realm (a configuration file under a test runner) has another Object's prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
