import { PayloadError } from './notification-error';
import { MAX_PAYLOAD_BYTES, payloadTooLarge, serializePayload } from './payload-json';

/** Apple: a background push has `content-available` and nothing else; anything visible makes it another kind. */
const APS_DICTIONARY = { 'content-available': 1 } as const;
const APS = `"aps":${JSON.stringify(APS_DICTIONARY)}`;

/** What Apple reads of a payload. */
export type Aps = typeof APS_DICTIONARY;

/** The first is the sender's to write; by the other, `simctl push` finds the app, and a server must not send it. */
const RESERVED: ReadonlySet<string> = new Set(['aps', 'Simulator Target Bundle']);

/** The first key of a payload that is Apple's or the sender's, or undefined. */
export function findReservedKey(payload: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(payload).find((key) => RESERVED.has(key));
}

/** How many bytes APNs would get for a payload, `aps` included, whether it may be sent or not. */
export function payloadBytes(payload: Readonly<Record<string, unknown>>): number {
  const json = JSON.stringify(payload);
  return Buffer.byteLength(APS) + Buffer.byteLength(json) + (json === '{}' ? 0 : 1);
}

/**
 * What APNs gets: the payload as UTF-8 JSON, after `aps`.
 *
 * @param payload what stands beside `aps`
 * @throws PayloadError when a rule is broken; `rule` names it
 */
export function encodePayload(payload: Readonly<Record<string, unknown>>): Buffer {
  const reserved = findReservedKey(payload);
  if (reserved !== undefined) {
    throw new PayloadError('reserved-key', `must not have the key "${reserved}": it is reserved`);
  }
  const members = serializePayload(payload).slice(1, -1);
  const body = Buffer.from(members === '' ? `{${APS}}` : `{${APS},${members}}`);
  if (body.length > MAX_PAYLOAD_BYTES) throw payloadTooLarge(String(body.length));
  return body;
}
