import type { Knex } from 'knex';
import { hears } from '../devices';
import { readNumber } from '../store/from-db';
import { TABLES, type AppRow, type ChangeRow, type LaneRow } from '../store/tables';

/** The latest waking change of each kind that devices were told of: for all (`locale` null), or for a locale. */
export type Newest = readonly { locale: string | null; rev: number }[];

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
  const rows = (await knex<ChangeRow>(TABLES.changes)
    .where({ app_id: id, wakes: 1 })
    .where('rev', '>', floor)
    .where('rev', '<=', announced)
    .groupBy('audience', 'locale')
    .select('audience', 'locale')
    .max({ rev: 'rev' })) as (Pick<ChangeRow, 'audience' | 'locale'> & { rev: unknown })[];
  return rows.map(({ audience, locale, rev }) => ({
    locale: audience === 'all' || locale === null ? null : locale.toLowerCase(),
    rev: readNumber(rev) ?? 0,
  }));
}

/** Up to where a device must hold the log to have all that concerns it. */
export function newestFor(newest: Newest, deviceLocale: string | null): number {
  const own = newest.filter(({ locale }) => locale === null || hears({ locales: [locale] }, deviceLocale));
  return Math.max(0, ...own.map(({ rev }) => rev));
}
