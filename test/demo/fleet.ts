import { randomBytes } from 'node:crypto';
import { callStrapi } from '../integration/admin-session';
import { BUNDLE_ID } from './stage';

const LOCALES = ['en', 'fr', 'de'];
/** Requests in flight: phones do not queue up. */
const AT_ONCE = 20;

/**
 * Registers devices over HTTP as the app on a phone does, each with a token of its own.
 * @returns the tokens, hex
 */
export async function registerFleet(
  url: string,
  count: number,
  registered: (devices: number) => void,
): Promise<string[]> {
  const tokens = Array.from({ length: count }, () => randomBytes(32).toString('hex'));
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < count) {
      const number = next++;
      const body = {
        app: BUNDLE_ID,
        environment: 'production',
        token: tokens[number],
        locale: LOCALES[number % LOCALES.length],
      };
      await callStrapi(url, 'POST', '/api/background-push/devices', { body });
      registered(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return tokens;
}
