import { unionAudience, type AudienceFilter } from '../../devices';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow } from '../../store/tables';
import type { LaneFacts } from './lane-facts';

/** A change as far as it decides whom a push is for. */
export type Concerned = Pick<ChangeRow, 'wakes' | 'audience' | 'locale'>;

/**
 * Whom the waking changes concern that the lane's devices were not told of; where somebody sends without any, whom the
 * others do.
 *
 * @param more changes that are not logged yet
 */
export async function readAudience(
  store: Store,
  { lane, app }: Pick<LaneFacts, 'lane' | 'app'>,
  more: readonly Concerned[] = [],
): Promise<AudienceFilter> {
  // Below the floor nobody knows any more whom the changes concerned, and the payload says `refresh: all`.
  if (lane.announced < app.floor) return 'all';
  const logged = (await store
    .knex<ChangeRow>(TABLES.changes)
    .where({ app_id: app.id })
    .where('rev', '>', lane.announced)
    .where('rev', '<=', app.head)
    .distinct('wakes', 'audience', 'locale')) as Concerned[];
  const changes = [...logged, ...more];
  const waking = changes.filter(({ wakes }) => wakes === 1);
  return unionAudience(waking.length > 0 ? waking : changes);
}
