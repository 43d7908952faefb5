import type { Knex } from 'knex';
import { hearsLocale, parseTags } from '../devices';
import { readNumber } from '../store/from-db';
import { TABLES, type AppRow, type ChangeRow, type LaneRow } from '../store/tables';

/** The latest waking changes that devices were told of. */
export interface Newest {
  /** Of each kind: for all (`locale` null), or for a locale. */
  kinds: readonly { locale: string | null; rev: number }[];
  /** For devices with a tag, latest first. */
  tags: readonly { tag: string; rev: number }[];
}

/** Changes by tags looked back at. */
const MOST_CHANGES = 10_000;
/** Tags told apart; of older ones nobody is missed. Each may need a part of a statement of its own. */
const MOST_TAGS = 100;

/** Reads it once for each position of a lane's mark: a log may have a hundred thousand changes. */
export function createNewest(knex: Knex) {
  const known = new Map<number, { at: string; newest: Promise<Newest> }>();
  return (app: Pick<AppRow, 'id' | 'epoch' | 'floor'>, lane: Pick<LaneRow, 'id' | 'announced'>): Promise<Newest> => {
    const at = `${app.epoch} ${app.floor} ${lane.announced}`;
    const last = known.get(lane.id);
    if (last?.at === at) return last.newest;
    const newest = readNewest(knex, app, lane.announced);
    known.set(lane.id, { at, newest });
    // Whoever asked is told; whoever asks next asks the database.
    newest.catch(() => known.delete(lane.id));
    return newest;
  };
}

/** @param announced the lane's mark */
async function readNewest(knex: Knex, { id, floor }: Pick<AppRow, 'id' | 'floor'>, announced: number): Promise<Newest> {
  const told = () =>
    knex<ChangeRow>(TABLES.changes)
      .where({ app_id: id, wakes: 1 })
      .where('rev', '>', floor)
      .where('rev', '<=', announced);
  const rows = (await told()
    .whereNull('tags')
    .groupBy('audience', 'locale')
    .select('audience', 'locale')
    .max({ rev: 'rev' })) as (Pick<ChangeRow, 'audience' | 'locale'> & { rev: unknown })[];
  const kinds = rows.map(({ audience, locale, rev }) => ({
    locale: audience === 'locale' && locale !== null ? locale.toLowerCase() : null,
    rev: readNumber(rev) ?? 0,
  }));
  const byTags = (await told()
    .whereNotNull('tags')
    .orderBy('rev', 'desc')
    .limit(MOST_CHANGES)
    .select('audience', 'locale', 'tags', 'rev')) as (Pick<ChangeRow, 'audience' | 'locale' | 'tags'> & {
    rev: number;
  })[];
  const tags = new Map<string, number>();
  for (const { audience, locale, tags: stored, rev } of byTags) {
    if (audience === 'locale') kinds.push({ locale: locale?.toLowerCase() ?? null, rev });
    for (const tag of parseTags(stored)) if (tags.size < MOST_TAGS && !tags.has(tag)) tags.set(tag, rev);
  }
  return { kinds, tags: [...tags].map(([tag, rev]) => ({ tag, rev })) };
}

/** Up to where a device must hold the log to have all that concerns it by its locale. */
export function newestFor({ kinds }: Newest, deviceLocale: string | null): number {
  const own = kinds.filter(({ locale }) => locale === null || hearsLocale([locale], deviceLocale));
  return Math.max(0, ...own.map(({ rev }) => rev));
}
