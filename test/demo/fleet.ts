import { randomBytes } from 'node:crypto';
import { callStrapi } from '../integration/admin-session';
import type { Phone } from './phones';
import { BUNDLE_ID } from './stage';

const LOCALES = ['en', 'fr', 'de'];
/** Requests in flight: phones do not queue up. */
const AT_ONCE = 20;

/**
 * Registers devices over HTTP as the app on a phone does, each with a token of its own.
 * @returns the phones, as their apps stand then
 */
export async function registerFleet(
  url: string,
  count: number,
  registered: (devices: number) => void,
): Promise<Phone[]> {
  const tokens = Array.from({ length: count }, () => randomBytes(32).toString('hex'));
  const phones: Phone[] = [];
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
      const { data } = await callStrapi<{ data: Omit<Phone, 'token' | 'title'> }>(
        url,
        'POST',
        '/api/background-push/devices',
        { body },
      );
      phones.push({ ...data, token: tokens[number], title: null });
      registered(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return phones;
}
