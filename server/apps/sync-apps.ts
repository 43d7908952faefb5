import type { Knex } from 'knex';
import { insertedId } from '../store/inserted-id';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type LaneRow } from '../store/tables';
import { closePausedPush } from './close-pushes';
import { credentialMark, type ConfiguredApp } from './configured-app';
import { newEpoch, startLogAnew } from './epoch';
import { createLanes, eraseCredential, lockLanes, writeCredential } from './lanes';

/** What writing apps needs beside the transaction. */
export interface AppWriter {
  store: Pick<Store, 'client' | 'now'>;
}

export type AppSettings = Pick<AppRow, 'bundle_id' | 'name' | 'custom_keys' | 'source'>;

/**
 * Inserts an app with both lanes, or brings a removed one back: its row stays, because revisions must never fall, and
 * its log starts anew.
 *
 * @returns the app's id
 */
export async function addApp(
  trx: Knex.Transaction,
  { store }: Pick<AppWriter, 'store'>,
  settings: AppSettings,
  removed: AppRow | undefined,
): Promise<number> {
  const now = store.now();
  if (removed) {
    await trx<AppRow>(TABLES.apps)
      .where({ id: removed.id })
      .update({ ...settings, enabled: 1, removed_at: null, updated_at: now });
    await createLanes(trx, removed, now);
    await startLogAnew(trx, removed.id);
    return removed.id;
  }
  const row: Partial<AppRow> = { ...settings, enabled: 1, epoch: newEpoch(), created_at: now, updated_at: now };
  const id = await insertedId(store, trx(TABLES.apps).insert(row));
  await createLanes(trx, { id, head: 0 }, now);
  return id;
}

/** An app by its bundle id, removed or not. Two that differ only in case are one to Apple. */
export async function findApp(trx: Knex, bundleId: string): Promise<AppRow | undefined> {
  return trx<AppRow>(TABLES.apps).whereRaw('lower(bundle_id) = ?', [bundleId.toLowerCase()]).first();
}

/**
 * Makes the stored apps agree with the configuration. An app that is gone from it is disabled, never deleted: it goes
 * on logging, its devices stay, and it may come back.
 *
 * @returns the bundle ids of the apps that it disabled
 */
export async function syncApps(
  trx: Knex.Transaction,
  writer: AppWriter,
  configured: readonly ConfiguredApp[],
): Promise<string[]> {
  const kept = new Set<number>();
  for (const app of configured) {
    const id = await pinApp(trx, writer, app);
    kept.add(id);
    for (const lane of await lockLanes(trx, id)) await pinLane(trx, writer, lane, app);
  }
  const gone = (await trx<AppRow>(TABLES.apps).where({ source: 'config' }).whereNull('removed_at')).filter(
    (row) => !kept.has(row.id),
  );
  for (const row of gone) await unpinApp(trx, writer, row);
  return gone.filter((row) => row.enabled === 1).map((row) => row.bundle_id);
}

async function pinApp(trx: Knex.Transaction, writer: AppWriter, app: ConfiguredApp): Promise<number> {
  const settings: AppSettings = {
    bundle_id: app.bundleId,
    name: app.name,
    custom_keys: JSON.stringify(app.customKeys),
    source: 'config',
  };
  const row = await findApp(trx, app.bundleId);
  if (!row || row.removed_at !== null) return addApp(trx, writer, settings, row);
  const same = Object.entries(settings).every(([column, value]) => row[column as keyof AppRow] === value);
  if (!same || row.enabled === 0) {
    await trx<AppRow>(TABLES.apps)
      .where({ id: row.id })
      .update({ ...settings, enabled: 1, updated_at: writer.store.now() });
  }
  return row.id;
}

async function pinLane(trx: Knex.Transaction, writer: AppWriter, lane: LaneRow, app: ConfiguredApp): Promise<void> {
  const credential = app[lane.environment];
  const now = writer.store.now();
  if (!credential) {
    if (lane.credential_source === 'config') await eraseCredential(trx, lane, now);
    return;
  }
  if (lane.credential_source === 'config' && lane.credential_mark === credentialMark(credential)) return;
  const { faultCleared } = await writeCredential(trx, lane, { credential, source: 'config', sealed: null }, now);
  if (faultCleared) await closePausedPush(trx, lane.id);
}

async function unpinApp(trx: Knex.Transaction, { store }: AppWriter, row: AppRow): Promise<void> {
  const now = store.now();
  if (row.enabled === 1) await trx<AppRow>(TABLES.apps).where({ id: row.id }).update({ enabled: 0, updated_at: now });
  for (const lane of await lockLanes(trx, row.id)) {
    if (lane.credential_source === 'config') await eraseCredential(trx, lane, now);
  }
}
