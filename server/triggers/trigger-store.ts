import type { Audience, ContentSettings, TriggerSettings, WakeAction } from '../admin-api/contract';
import type { Knex } from 'knex';
import { logRefresh } from '../store/log-refresh';
import { TABLES, type AppRow, type TriggerRow } from '../store/tables';

type SettingsColumns = Pick<
  TriggerRow,
  'name' | 'content_type' | 'wake_on' | 'apps' | 'audience' | 'audience_tags' | 'content' | 'related' | 'related_wakes'
>;

export function toColumns(trigger: TriggerSettings): SettingsColumns {
  return {
    name: trigger.name,
    content_type: trigger.contentType,
    wake_on: JSON.stringify([...new Set(trigger.wakeOn)]),
    apps: JSON.stringify([...new Set(trigger.apps)]),
    ...audienceColumns(trigger.audience),
    content: trigger.content === null ? null : JSON.stringify(trigger.content),
    related: trigger.related === null ? null : JSON.stringify(trigger.related),
    related_wakes: trigger.relatedWakes ? 1 : 0,
  };
}

export function toSettings(row: SettingsColumns): TriggerSettings {
  return {
    name: row.name,
    contentType: row.content_type,
    wakeOn: JSON.parse(row.wake_on) as WakeAction[],
    apps: JSON.parse(row.apps) as string[],
    audience: toAudience(row),
    content: row.content === null ? null : (JSON.parse(row.content) as ContentSettings),
    related: row.related === null ? null : (JSON.parse(row.related) as true | string[]),
    relatedWakes: row.related_wakes === 1,
  };
}

function audienceColumns(audience: Audience): Pick<TriggerRow, 'audience' | 'audience_tags'> {
  if (typeof audience === 'string') return { audience, audience_tags: null };
  return { audience: 'tags', audience_tags: JSON.stringify([...new Set(audience.tags)]) };
}

function toAudience({ audience, audience_tags: templates }: Pick<TriggerRow, 'audience' | 'audience_tags'>): Audience {
  if (audience !== 'tags') return audience;
  return { tags: templates === null ? [] : (JSON.parse(templates) as string[]) };
}

/**
 * Which apps a trigger stops telling of a content type: what changes there from now on is not in their log, so they
 * must look for themselves once.
 *
 * @param after null: the trigger was removed
 * @returns bundle ids
 */
export function dropped(
  before: Pick<TriggerRow, 'content_type' | 'apps' | 'enabled'>,
  after: Pick<TriggerRow, 'content_type' | 'apps' | 'enabled'> | null,
): string[] {
  if (before.enabled === 0) return [];
  const told = JSON.parse(before.apps) as string[];
  if (!after || after.enabled === 0 || after.content_type !== before.content_type) return told;
  const still = JSON.parse(after.apps) as string[];
  return told.filter((bundleId) => !still.includes(bundleId));
}

/** Logs a non-waking `refresh` for apps that were not removed. */
export async function logRefreshFor(trx: Knex.Transaction, bundleIds: readonly string[]): Promise<void> {
  if (bundleIds.length === 0) return;
  const apps = await trx<AppRow>(TABLES.apps).whereIn('bundle_id', bundleIds).whereNull('removed_at').select('id');
  await logRefresh(
    trx,
    apps.map(({ id }) => id),
    { wakes: false },
  );
}

/** Writes a trigger's row anew, or takes it away, and tells the apps that it stops telling. */
export async function replaceTrigger(
  trx: Knex.Transaction,
  before: TriggerRow,
  after: TriggerRow | null,
): Promise<void> {
  await logRefreshFor(trx, dropped(before, after));
  const row = trx<TriggerRow>(TABLES.triggers).where({ id: before.id });
  await (after ? row.update(after) : row.delete());
}

/** Two names that differ only in case are one to some databases. */
export async function findTrigger(trx: Knex, name: string): Promise<TriggerRow | undefined> {
  return trx<TriggerRow>(TABLES.triggers).whereRaw('lower(name) = ?', [name.toLowerCase()]).first();
}
