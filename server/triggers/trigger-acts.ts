import type { TriggerSettings, RecordedAct } from '../admin-api/contract';
import type { TriggerRow } from '../store/tables';

/** The settings whose change is one act; name and switch have acts of their own. */
const FIELDS = {
  contentType: ['content_type'],
  wakeOn: ['wake_on'],
  apps: ['apps'],
  audience: ['audience', 'audience_tags'],
  content: ['content'],
  related: ['related'],
  relatedWakes: ['related_wakes'],
} satisfies Partial<Record<keyof TriggerSettings, (keyof TriggerRow)[]>>;

/** What a change of a trigger does, act by act; nothing where everything stays as it was. */
export function actsOfChange(before: TriggerRow, after: TriggerRow): RecordedAct[] {
  const { name } = after;
  const acts: RecordedAct[] = [];
  if (name !== before.name) acts.push({ act: 'rename-trigger', params: { from: before.name, name } });
  const fields = Object.entries(FIELDS).flatMap(([field, columns]) =>
    (columns as (keyof TriggerRow)[]).some((column) => after[column] !== before[column]) ? [field] : [],
  );
  if (fields.length > 0) acts.push({ act: 'change-trigger', params: { name, fields: fields.join(',') } });
  if (after.enabled !== before.enabled) {
    acts.push({ act: after.enabled === 1 ? 'enable-trigger' : 'disable-trigger', params: { name } });
  }
  return acts;
}
