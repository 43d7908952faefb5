import type { Knex } from 'knex';
import { unionAudience, type AudienceFilter } from '../../devices';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow } from '../../store/tables';
import type { LaneFacts } from './lane-facts';

/** Changes read at once. */
const CHANGES = 1_000;

/** A change as far as it decides whom a push is for. */
export type ConcernedBy = Pick<ChangeRow, 'wakes' | 'audience' | 'locale' | 'tags'>;

/**
 * Whom the waking changes concern that the lane's devices were not told of; where somebody sends without any, whom the
 * others do.
 *
 * @param more changes that the app's head does not count
 */
export async function readAudience(
  store: Store,
  { lane, app }: Pick<LaneFacts, 'lane' | 'app'>,
  more: readonly ConcernedBy[] = [],
): Promise<AudienceFilter> {
  // Below the floor nobody knows any more whom the changes concerned, and the payload says `refresh: all`.
  if (lane.announced < app.floor) return 'all';
  const announced = () =>
    store
      .knex<ChangeRow>(TABLES.changes)
      .where({ app_id: app.id })
      .where('rev', '>', lane.announced)
      .where('rev', '<=', app.head);
  const untagged = (await announced()
    .whereNull('tags')
    .distinct('wakes', 'audience', 'locale', 'tags')) as ConcernedBy[];
  const changes = [...untagged, ...(await changesByTags(announced)), ...more];
  const waking = changes.filter(({ wakes }) => wakes === 1);
  return unionAudience(waking.length > 0 ? waking : changes);
}

/**
 * Changes that differ in whom they concern, tags included. By pages and told apart here: MariaDB takes long texts for the
 * same of which the beginnings are, and those that differ in case.
 */
async function changesByTags(announced: () => Knex.QueryBuilder<ChangeRow>): Promise<ConcernedBy[]> {
  const found = new Map<string, ConcernedBy>();
  for (let after = 0; ;) {
    const page = (await announced()
      .whereNotNull('tags')
      .where('rev', '>', after)
      .orderBy('rev')
      .limit(CHANGES)
      .select('rev', 'wakes', 'audience', 'locale', 'tags')) as (ConcernedBy & { rev: number })[];
    for (const { rev, ...change } of page) {
      found.set(JSON.stringify(change), change);
      after = rev;
    }
    if (page.length < CHANGES) return [...found.values()];
  }
}
