import type { PushAbout } from '../../admin-api/contract';
import type { MayRead, Titles } from '../../entries';
import type { Registry } from '../../apps/registry';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow, type PushRow } from '../../store/tables';

export interface PushAboutsOptions {
  store: Pick<Store, 'knex'>;
  registry: Pick<Registry, 'laneById'>;
  titles: Pick<Titles, 'of'>;
}

/** Changes of one push that are looked at, its last ones; a push may announce a hundred thousand. */
const LOOKED_AT = 20;
/** Entries that are named. */
const NAMED = 3;
/** Revisions asked for in one statement: SQLite takes 999 values in one. */
const BATCH = 500;

type Announced = Pick<ChangeRow, 'app_id' | 'rev' | 'content_type' | 'document_id' | 'locale' | 'action' | 'wakes'>;
type Range = Pick<PushRow, 'lane_id' | 'since' | 'rev' | 'payload'>;

/** Says what pushes tell of, by their changes: a few statements, however many changes and pushes there are. */
export function createPushAbouts({ store, registry, titles }: PushAboutsOptions) {
  async function changesOf(appId: number, pushes: readonly Range[]): Promise<Announced[]> {
    const revs = [...new Set(pushes.flatMap(lastRevs))];
    const found: Announced[] = [];
    for (let at = 0; at < revs.length; at += BATCH) {
      const rows = (await store
        .knex<ChangeRow>(TABLES.changes)
        .where({ app_id: appId })
        .whereIn('rev', revs.slice(at, at + BATCH))
        .select('app_id', 'rev', 'content_type', 'document_id', 'locale', 'action', 'wakes')) as Announced[];
      found.push(...rows.map((row) => fromDb(row)));
    }
    return found;
  }

  /** One for each push, in their order. */
  return async function aboutsOf(pushes: readonly Range[], may: MayRead): Promise<PushAbout[]> {
    const appOf = (push: Range) => registry.laneById(push.lane_id)?.appId;
    const byApp = new Map<number, Announced[]>();
    for (const appId of new Set(pushes.map(appOf))) {
      if (appId === undefined) continue;
      byApp.set(
        appId,
        await changesOf(
          appId,
          pushes.filter((push) => appOf(push) === appId),
        ),
      );
    }
    const summaries = pushes.map((push) => summarise(push, byApp.get(appOf(push) ?? 0) ?? []));
    const subjects = summaries.flatMap(({ first }) => first).map(toSubject);
    const named = await titles.of(subjects, may);
    return summaries.map(({ first, ...about }) => ({
      ...about,
      first: first.map((row) => {
        const { name, title, gone } = named.shift() ?? { name: '', title: null, gone: true };
        const { contentType, documentId, locale } = toSubject(row);
        // A change that names no entry concerns all of its type.
        const isEntry = row.document_id !== null;
        return {
          contentType,
          name,
          title: isEntry ? title : null,
          gone: isEntry && gone,
          action: row.action,
          locale,
          documentId: isEntry ? documentId : null,
        };
      }),
    }));
  };
}

export type PushAbouts = ReturnType<typeof createPushAbouts>;

const lastRevs = ({ since, rev }: Range): number[] =>
  Array.from({ length: Math.min(LOOKED_AT, rev - since) }, (_, at) => rev - at);

const toSubject = (row: Announced) => ({
  contentType: row.content_type ?? '',
  documentId: row.document_id ?? '',
  locale: row.locale,
});

function summarise(push: Range, changes: readonly Announced[]) {
  const { since, rev } = push;
  const count = rev - since;
  const rows = changes
    .filter((row) => row.rev !== null && row.rev > Math.max(since, rev - LOOKED_AT) && row.rev <= rev)
    .sort((a, b) => Number(b.rev) - Number(a.rev));
  const isWhole = rows.length === count;
  const latest = new Map<string, Announced>();
  for (const row of rows) {
    const key = JSON.stringify(toSubject(row));
    const known = latest.get(key);
    // That an entry woke is more telling than that it changed once more.
    if (!known) latest.set(key, { ...row });
    else known.wakes = row.wakes === 1 ? 1 : known.wakes;
  }
  const entries = [...latest.values()].filter((row) => row.content_type !== null);
  const types = new Set(entries.map((row) => row.content_type));
  return {
    changes: count,
    entries: isWhole ? entries.length : null,
    sameType: isWhole && types.size === 1,
    refresh: rows.some((row) => row.content_type === null) || (count > LOOKED_AT && tellsRefresh(push)),
    kept: rows.length === Math.min(count, LOOKED_AT),
    first: entries.sort((a, b) => b.wakes - a.wakes).slice(0, NAMED),
  };
}

/** Whether devices were told to fetch everything: of a long range the payload knows what nobody looks up. */
function tellsRefresh({ payload }: Range): boolean {
  const { content } = JSON.parse(payload) as { content?: { refresh?: unknown } };
  return content?.refresh === 'all';
}
