import { hash } from 'node:crypto';

const NAMESPACE_BYTES = 16;
/** Digits of the largest safe integer. */
const MAX_DIGITS = 16;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VARIANT = '89ab';

const input = Buffer.alloc(NAMESPACE_BYTES + MAX_DIGITS);
let namespace = '';

/**
 * The `apns-id` of one device in one push: the same for every attempt, in every process and after every restart.
 * UUID version 5 (RFC 9562 §5.5) of the device's id, in decimal, in the namespace of the push.
 *
 * @param pushUuid the push's UUID
 * @param deviceId a safe integer, not negative
 * @returns lower case, as Apple asks
 */
export function apnsIdOf(pushUuid: string, deviceId: number): string {
  if (pushUuid !== namespace) {
    if (!UUID.test(pushUuid)) throw new TypeError('A push is named by a UUID.');
    input.write(pushUuid.replaceAll('-', ''), 'hex');
    namespace = pushUuid;
  }
  const end = NAMESPACE_BYTES + input.write(String(deviceId), NAMESPACE_BYTES, 'latin1');
  const digest = hash('sha1', input.subarray(0, end), 'hex');
  const variant = VARIANT[Number.parseInt(digest[16], 16) & 3];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
