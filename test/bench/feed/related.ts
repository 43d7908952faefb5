import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminSession } from '../../integration/admin-session';
import { ARTICLE, AUTHOR, BUNDLE_ID, triggerOf } from '../../integration/content/library';
import { openShelf, type Shelf } from './shelf';

/** Milliseconds of each publish of an author. */
export interface RelatedLatencies {
  /** With a trigger that follows five relations. */
  followed: number[];
  /** With one that follows none. */
  alone: number[];
  /** Without the plugin. */
  without: number[];
  /** From the click until every article that shows the author is in the log. */
  logged: number[];
}

const FIVE = ['author', 'coauthors', 'categories', 'sequels', 'cover'];
const LOOK_MS = 50;
const LOGGED_WITHIN_MS = 60_000;

export async function measureRelated(owners: number, publishes: number): Promise<RelatedLatencies> {
  const shelves: Shelf[] = [];
  try {
    for (const trigger of [triggerOf(ARTICLE, { related: FIVE }), triggerOf(ARTICLE), null]) {
      shelves.push(await openShelf(trigger, owners));
    }
    const [followed, alone, without] = shelves;
    const editors = await Promise.all(shelves.map(({ strapi }) => strapi.admin()));
    const latencies: RelatedLatencies = { followed: [], alone: [], without: [], logged: [] };
    // In turns, so that what the machine does besides meets all alike; the first of each is for the compiler.
    for (let n = 0; n <= publishes; n++) {
      const before = await headOf(followed);
      const click = performance.now();
      const took = await publish(editors[0], followed, n);
      const logged = await loggedSince(followed, before, owners, click);
      const others = [await publish(editors[1], alone, n), await publish(editors[2], without, n)];
      if (n === 0) continue;
      latencies.followed.push(took);
      latencies.logged.push(logged);
      latencies.alone.push(others[0]);
      latencies.without.push(others[1]);
    }
    return latencies;
  } finally {
    for (const shelf of shelves) await shelf.close();
  }
}

async function publish(admin: AdminSession, { author }: Shelf, n: number): Promise<number> {
  const from = performance.now();
  const path = `/content-manager/collection-types/${AUTHOR}/${author}/actions/publish`;
  await admin.call('POST', path, { name: `Ada the ${n}.` });
  return performance.now() - from;
}

async function headOf({ strapi }: Shelf): Promise<number> {
  const response = await fetch(`${strapi.url}/api/background-push/changes?app=${BUNDLE_ID}&at=${performance.now()}`);
  return ((await response.json()) as { meta: { rev: number } }).meta.rev;
}

async function loggedSince(shelf: Shelf, before: number, owners: number, click: number): Promise<number> {
  while ((await headOf(shelf)) < before + owners) {
    if (performance.now() - click > LOGGED_WITHIN_MS)
      throw new Error('The articles that show the author are not in the log.');
    await sleep(LOOK_MS);
  }
  return performance.now() - click;
}
