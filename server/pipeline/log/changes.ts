import type { Audience } from '../../admin-api/contract';
import type { Listener } from '../../apps/registry';
import type { ChangeAction, ChangeRow } from '../../store/tables';
import type { Chosen } from '../../triggers/chosen';

/** A published entry that changed, as apps know it: row ids change with every publish, these do not. */
export interface Subject {
  contentType: string;
  documentId: string;
  locale: string | null;
  action: ChangeAction;
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
  return rows.map((row) => ({ ...row, document_id: null, action: 'refresh', audience: 'all' }));
}

function wakingByRelated(listeners: readonly Listener[], { quiet }: RelatedNews): Listener[] {
  return listeners.flatMap((listener) =>
    listener.related === null ? [] : [{ ...listener, wakeOn: listener.related.wakes && !quiet ? PUBLISH : NEVER }],
  );
}

const PUBLISH: ReadonlySet<ChangeAction> = new Set(['publish']);
const NEVER: ReadonlySet<ChangeAction> = new Set();

/**
 * One row per app, however many triggers match: it wakes if any of them does, whom those that do concern.
 *
 * @param chosen what the editor chose, which goes before what triggers say of waking; null: nothing
 */
export function toChanges(subject: Subject, listeners: readonly Listener[], chosen: Chosen | null = null): NewChange[] {
  const byApp = new Map<number, { wakes: boolean; audience: Audience }>();
  for (const { appId, wakeOn, audience } of listeners) {
    const wakes = chosen ? chosen.choice === 'now' : wakeOn.has(subject.action);
    const known = byApp.get(appId);
    if (!known || (wakes && !known.wakes)) byApp.set(appId, { wakes, audience });
    else if (wakes === known.wakes && audience === 'all') known.audience = 'all';
  }
  return [...byApp].map(([appId, { wakes, audience }]) => ({
    app_id: appId,
    rev: null,
    content_type: subject.contentType,
    document_id: subject.documentId,
    locale: subject.locale,
    action: subject.action,
    wakes: wakes ? 1 : 0,
    audience,
    at: null,
    choice: chosen?.choice ?? null,
    chosen_by: chosen?.by ?? null,
  }));
}
