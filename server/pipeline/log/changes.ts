import type { Listener } from '../../apps/registry';
import { MAX_AUDIENCE_TAGS } from '../../devices';
import { makeTags } from '../../triggers/make-tags';
import type { EntryValues } from '../../triggers/entry-values';
import type { ChangeAction, ChangeRow } from '../../store/tables';
import type { Chosen } from '../../triggers/chosen';

/** A published entry that changed, as apps know it: row ids change with every publish, these do not. */
export interface Subject {
  contentType: string;
  documentId: string;
  locale: string | null;
  action: ChangeAction;
  /**
   * What it holds and held before, where triggers make tags of that; null: not known, so all may be concerned. Left out
   * where nobody asks.
   */
  values?: readonly EntryValues[] | null;
}

export type NewChange = Omit<ChangeRow, 'id'>;

/** How an entry that shows another hears that it changed. */
export interface RelatedNews {
  /** The editor published the other without a push. */
  quiet: boolean;
}

/** As `toChanges`, for an entry that shows another which changed. */
export function toRelatedChanges(
  entry: Omit<Subject, 'action'>,
  listeners: readonly Listener[],
  news: RelatedNews,
): NewChange[] {
  return toChanges({ ...entry, action: 'publish' }, wakingByRelated(listeners, news));
}

/** Tells the apps that follow what entries of a type show: all of the type may have changed. */
export function toTypeRefresh(contentType: string, listeners: readonly Listener[], news: RelatedNews): NewChange[] {
  const subject: Subject = { contentType, documentId: '', locale: null, action: 'publish' };
  const rows = toChanges(subject, wakingByRelated(listeners, news));
  return rows.map((row) => ({ ...row, document_id: null, action: 'refresh', audience: 'all', tags: null }));
}

function wakingByRelated(listeners: readonly Listener[], { quiet }: RelatedNews): Listener[] {
  return listeners.flatMap((listener) =>
    listener.related === null ? [] : [{ ...listener, wakeOn: listener.related.wakes && !quiet ? PUBLISH : NEVER }],
  );
}

const PUBLISH: ReadonlySet<ChangeAction> = new Set(['publish']);
const NEVER: ReadonlySet<ChangeAction> = new Set();

/** Whom triggers of one app concern, together. */
interface Concerned {
  wakes: boolean;
  all: boolean;
  locale: boolean;
  tags: Set<string>;
}

/**
 * One row per app, however many triggers match: it wakes if any of them does, whom those that do concern.
 *
 * @param chosen what the editor chose, which goes before what triggers say of waking; null: nothing
 */
export function toChanges(subject: Subject, listeners: readonly Listener[], chosen: Chosen | null = null): NewChange[] {
  const byApp = new Map<number, Concerned>();
  for (const listener of listeners) {
    const concerned = concernedBy(listener, subject, chosen);
    const known = byApp.get(listener.appId);
    if (!known || (concerned.wakes && !known.wakes)) byApp.set(listener.appId, concerned);
    else if (concerned.wakes === known.wakes) unite(known, concerned);
  }
  return [...byApp].map(([appId, concerned]) => ({
    app_id: appId,
    rev: null,
    content_type: subject.contentType,
    document_id: subject.documentId,
    locale: subject.locale,
    action: subject.action,
    wakes: concerned.wakes ? 1 : 0,
    ...audienceColumns(concerned),
    at: null,
    choice: chosen?.choice ?? null,
    chosen_by: chosen?.by ?? null,
  }));
}

function concernedBy(
  { wakeOn, audience, templates }: Listener,
  { action, values = null }: Subject,
  chosen: Chosen | null,
): Concerned {
  const wakes = chosen ? chosen.choice === 'now' : wakeOn.has(action);
  if (audience !== 'tags') return { wakes, all: audience === 'all', locale: audience === 'locale', tags: new Set() };
  if (values === null) return { wakes, all: true, locale: false, tags: new Set() };
  const tags = makeTags(templates, values);
  // Nobody is concerned, so nobody is woken; the entry is news all the same.
  return { wakes: wakes && tags.size > 0, all: false, locale: false, tags };
}

function unite(known: Concerned, { all, locale, tags }: Concerned): void {
  known.all ||= all;
  known.locale ||= locale;
  for (const tag of tags) known.tags.add(tag);
}

function audienceColumns({ all, locale, tags }: Concerned): Pick<NewChange, 'audience' | 'tags'> {
  // More than a push may name.
  if (all || tags.size > MAX_AUDIENCE_TAGS) return { audience: 'all', tags: null };
  if (locale) return { audience: 'locale', tags: tags.size === 0 ? null : stored(tags) };
  return { audience: 'tags', tags: stored(tags) };
}

const stored = (tags: ReadonlySet<string>): string => JSON.stringify([...tags].sort());
