import { callStrapi } from '../integration/admin-session';

/** Seldom: Strapi works out all of the administrator's permissions for each request, which costs it 10 to 20 ms. */
const EVERY_MS = 100;
/** What sampling may pile up on a process that does not keep up: a measurement, not a flood. */
const MOST_OPEN = 20;
const ROUTE = '/admin/users/me';

/**
 * Asks a small admin route again and again, whether or not the answer before has come: a process that does not answer
 * for a second is then seen by all who asked in it.
 * @returns a function that ends it and gives how long each answer took, ms
 */
export function sampleAdminApi(url: string, token: string): () => Promise<number[]> {
  const times: number[] = [];
  const open = new Set<Promise<void>>();
  let problem: unknown;
  const ask = async () => {
    const from = performance.now();
    await callStrapi(url, 'GET', ROUTE, { token });
    times.push(performance.now() - from);
  };
  const timer = setInterval(() => {
    if (open.size >= MOST_OPEN) return;
    const asked: Promise<void> = ask()
      .catch((error: unknown) => void (problem ??= error))
      .finally(() => open.delete(asked));
    open.add(asked);
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    if (problem) throw new Error('The admin API refused a sample.', { cause: problem });
    return times;
  };
}
