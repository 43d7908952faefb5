import { isUtf8 } from 'node:buffer';
import type { ApnsRequest, Rule } from './rule';

/** Apple: 4,096 bytes for everything but VoIP. */
export const MAX_PAYLOAD_BYTES = 4_096;

const payloadOf = (request: ApnsRequest): unknown => {
  try {
    return JSON.parse(request.body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const apsOf = (request: ApnsRequest): unknown => {
  const payload = payloadOf(request);
  return isObject(payload) ? payload.aps : undefined;
};

/** What Apple asks of the body of a background push. */
export const PAYLOAD_RULES: readonly Rule[] = [
  {
    rule: 'payload-empty',
    status: 400,
    reason: 'PayloadEmpty',
    broken: ({ body }) => body.length === 0,
  },
  {
    rule: 'payload-size',
    status: 413,
    reason: 'PayloadTooLarge',
    broken: ({ body }) => body.length > MAX_PAYLOAD_BYTES,
  },
  {
    // Apple documents no reason for a payload that cannot be read; the push would be lost. The simulator says so.
    rule: 'payload-json',
    status: 400,
    reason: 'SimulatorBadPayload',
    broken: (request) => !isUtf8(request.body) || !isObject(payloadOf(request)),
  },
  {
    rule: 'payload-aps-missing',
    status: 400,
    reason: 'SimulatorBadPayload',
    broken: (request) => !isObject(apsOf(request)),
  },
  {
    // Apple: `aps` of a background push includes only `content-available`; with more the system shows or drops it.
    rule: 'payload-aps-of-background',
    status: 400,
    reason: 'SimulatorBadPayload',
    broken: (request) => JSON.stringify(apsOf(request)) !== '{"content-available":1}',
  },
];
