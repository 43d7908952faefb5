import { plus } from './computed';
import { fromDb } from './from-db';
import { ensureSetting } from './settings';
import type { Store } from './store';
import { TABLES, type SettingRow } from './tables';

/** Something that one process at a time may do. */
export type LeaseName = 'lease:engine' | 'lease:housekeeping' | 'lease:before-push';

/**
 * Takes or renews a lease by compare-and-set.
 *
 * @param owner this process
 * @param ttlMs how long it holds without renewal
 * @returns whether this process holds it now
 */
export async function holdLease(store: Store, name: LeaseName, owner: string, ttlMs: number): Promise<boolean> {
  if (await isHeldByAnother(store, name, owner)) return false;
  const now = store.now();
  const take = () =>
    store
      .knex<SettingRow>(TABLES.settings)
      .where({ key: name })
      .where((free) => void free.where({ owner }).orWhereNull('owner').orWhere('lease_until', '<', now))
      .update({
        owner,
        lease_until: now + ttlMs,
        fence: plus(store.knex, 'fence'),
        beat: plus(store.knex, 'beat'),
      });
  if ((await take()) === 1) return true;
  await ensureSetting(store.knex, name);
  return (await take()) === 1;
}

/** Reads only: a process without the lease leaves the database to the one that has it. */
export async function isHeldByAnother(store: Store, name: LeaseName, owner: string): Promise<boolean> {
  const row = await store.knex<SettingRow>(TABLES.settings).where({ key: name }).first('owner', 'lease_until');
  if (!row || row.owner === null || row.owner === owner) return false;
  return fromDb(row).lease_until >= store.now();
}

/** Gives a lease back, so that another process need not wait for its end. */
export async function releaseLease(store: Store, name: LeaseName, owner: string): Promise<void> {
  await store.knex<SettingRow>(TABLES.settings).where({ key: name, owner }).update({ owner: null, lease_until: 0 });
}
