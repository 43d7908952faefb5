import type { Alarms } from '../alarms/alarms';
import type { Registry } from '../apps/registry';
import { startLogAnew } from '../apps/epoch';
import { readSetting, swapSetting, writeSetting } from '../store/settings';
import type { Store } from '../store/store';
import { bumpVersion } from '../store/version';
import { closePushesOf } from './close-pushes';
import { clearPauses, pauseLane } from './pause-lane';
import { recordAct } from './record-act';

/** Keeps a copied database from waking real phones. */
export interface InstanceGuard {
  /** At boot: remembers this instance in a new database; in another's, pauses every lane until someone confirms. */
  check(): Promise<void>;
  readonly confirmed: boolean;
  /** This database is now this instance's: a new epoch for every app, and the lanes go on. */
  confirm(by: string): Promise<void>;
  /** Looks whether another process confirmed. */
  refresh(): Promise<void>;
}

export interface InstanceGuardOptions {
  store: Store;
  registry: Registry;
  alarms: Alarms;
  fingerprint: string;
}

const ALARM = 'fingerprint';

export function createInstanceGuard({ store, registry, alarms, fingerprint }: InstanceGuardOptions): InstanceGuard {
  let confirmed = true;
  const lanes = () => registry.apps().flatMap((app) => app.lanes);

  return {
    get confirmed() {
      return confirmed;
    },
    async check() {
      await swapSetting(store, 'fingerprint', null, fingerprint);
      confirmed = (await readSetting(store.knex, 'fingerprint')) === fingerprint;
      if (confirmed) return;
      for (const lane of lanes()) {
        await pauseLane(store, lane.id, { cause: 'fingerprint', code: 'fingerprint', params: {} });
      }
      await alarms.raise(ALARM, 'fingerprint');
      await registry.reload();
    },
    async confirm(by) {
      const laneIds = lanes().map(({ id }) => id);
      await store.transaction(async (trx) => {
        await writeSetting(trx, 'fingerprint', fingerprint);
        for (const app of registry.apps()) await startLogAnew(trx, app.id);
        // What the other instance had under way is its own affair.
        await closePushesOf(trx, laneIds, 'superseded');
        await recordAct(trx, laneIds, { act: 'confirm-instance', by, at: store.now() });
        await bumpVersion(trx);
      });
      for (const id of laneIds) await store.transaction((trx) => clearPauses(trx, id, ['fingerprint']));
      await alarms.clear(ALARM);
      confirmed = true;
      await registry.reload();
    },
    async refresh() {
      confirmed = (await readSetting(store.knex, 'fingerprint')) === fingerprint;
    },
  };
}
