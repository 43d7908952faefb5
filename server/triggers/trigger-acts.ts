import type { NewAct } from '../acts/record-act';
import type { TriggerRow } from '../store/tables';
import type { TriggerSettings } from './trigger';

/** The settings whose change is one act; name and switch have acts of their own. */
const FIELDS = {
  contentType: 'content_type',
  wakeOn: 'wake_on',
  apps: 'apps',
  audience: 'audience',
} as const satisfies Partial<Record<keyof TriggerSettings, keyof TriggerRow>>;

/** What a change of a trigger does, act by act; nothing where everything stays as it was. */
export function actsOfChange(before: TriggerRow, after: TriggerRow): Pick<NewAct, 'act' | 'params'>[] {
  const { name } = after;
  const acts: Pick<NewAct, 'act' | 'params'>[] = [];
  if (name !== before.name) acts.push({ act: 'rename-trigger', params: { from: before.name, name } });
  const fields = Object.entries(FIELDS).flatMap(([field, column]) => (after[column] === before[column] ? [] : [field]));
  if (fields.length > 0) acts.push({ act: 'change-trigger', params: { name, fields: fields.join(',') } });
  if (after.enabled !== before.enabled) {
    acts.push({ act: after.enabled === 1 ? 'enable-trigger' : 'disable-trigger', params: { name } });
  }
  return acts;
}
