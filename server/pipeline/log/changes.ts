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
