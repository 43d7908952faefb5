import { findReservedKey, MAX_PAYLOAD_BYTES, payloadBytes, PayloadError, serializePayload } from '../apns';
import { MAX_SPREAD_S, toContent } from './payload';

/** `content` at its least telling and its longest: what must always fit beside the custom keys. */
const LEAST_CONTENT = toContent(
  {
    epoch: 'x'.repeat(16),
    since: Number.MAX_SAFE_INTEGER,
    rev: Number.MAX_SAFE_INTEGER,
    spread: MAX_SPREAD_S,
    report: 0,
  },
  { rung: 'refresh' },
);

/** How large custom keys may be, in UTF-8 bytes of their JSON. */
export const MAX_CUSTOM_KEYS_BYTES =
  MAX_PAYLOAD_BYTES - payloadBytes({ content: LEAST_CONTENT }) + Buffer.byteLength('{}') - Buffer.byteLength(',');

/**
 * What is wrong with an app's custom keys, or null. They are sent in every push beside `aps` and `content`, so they
 * must pass the sender's own rules for payloads, keep off `content` and leave room for at least `refresh`.
 *
 * @returns a sentence without its subject ("must be …"): put the field's name before it
 */
export function checkCustomKeys(keys: unknown): string | null {
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) return 'must be a JSON object';
  const customKeys = keys as Record<string, unknown>;
  const reserved = findReservedKey(customKeys) ?? (Object.hasOwn(customKeys, 'content') ? 'content' : undefined);
  if (reserved !== undefined) return `must not have the key "${reserved}": that name is not free in a push`;
  try {
    const bytes = Buffer.byteLength(serializePayload(customKeys));
    return bytes > MAX_CUSTOM_KEYS_BYTES ? `${TOO_LARGE} and are ${bytes}` : null;
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error;
    return error.rule === 'payload-too-large' ? `${TOO_LARGE} and are more` : error.problem;
  }
}

const TOO_LARGE = `must be at most ${MAX_CUSTOM_KEYS_BYTES} bytes as JSON`;
