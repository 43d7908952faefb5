import type { Audience } from '../../admin-api/contract';
import type { Listener } from '../../apps/registry';
import type { ChangeAction, ChangeRow } from '../../store/tables';

/** A published entry that changed, as apps know it: row ids change with every publish, these do not. */
export interface Subject {
  contentType: string;
  documentId: string;
  locale: string | null;
  action: ChangeAction;
}

export type NewChange = Omit<ChangeRow, 'id'>;

/** As `toChanges`, for an entry that shows another which changed. */
export function toRelatedChanges(entry: Omit<Subject, 'action'>, listeners: readonly Listener[]): NewChange[] {
  return toChanges({ ...entry, action: 'publish' }, wakingByRelated(listeners));
}

/** Tells the apps that follow what entries of a type show: all of the type may have changed. */
export function toTypeRefresh(contentType: string, listeners: readonly Listener[]): NewChange[] {
  const rows = toChanges({ contentType, documentId: '', locale: null, action: 'publish' }, wakingByRelated(listeners));
  return rows.map((row) => ({ ...row, document_id: null, action: 'refresh', audience: 'all' }));
}

function wakingByRelated(listeners: readonly Listener[]): Listener[] {
  return listeners.flatMap((listener) =>
    listener.related === null ? [] : [{ ...listener, wakeOn: listener.related.wakes ? PUBLISH : NEVER }],
  );
}

const PUBLISH: ReadonlySet<ChangeAction> = new Set(['publish']);
const NEVER: ReadonlySet<ChangeAction> = new Set();

/** One row per app, however many triggers match: it wakes if any of them does, whom those that do concern. */
export function toChanges(subject: Subject, listeners: readonly Listener[]): NewChange[] {
  const byApp = new Map<number, { wakes: boolean; audience: Audience }>();
  for (const { appId, wakeOn, audience } of listeners) {
    const wakes = wakeOn.has(subject.action);
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
  }));
}
