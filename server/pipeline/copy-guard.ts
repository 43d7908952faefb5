import type { Pause } from '../admin-api/contract';
import { recordAct } from '../acts/record-act';
import type { Alarms } from '../alarms/alarms';
import type { Registry } from '../apps/registry';
import { startLogAnew } from '../apps/epoch';
import { parsePauses } from '../apps/pauses';
import { readSetting, swapSetting, writeSetting } from '../store/settings';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type LaneRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { UserError } from '../user-error';
import { closePushesOf } from '../apps/close-pushes';
import { clearPauses, pauseLane } from '../apps/pause-lane';

/** Keeps a copied database from waking real phones. */
export interface CopyGuard {
  /** At boot: remembers this instance in a new database; in another's, pauses every lane until someone confirms. */
  check(): Promise<void>;
  /** False: the database is another instance's, or another instance was started on it and paused the lanes. */
  readonly confirmed: boolean;
  /**
   * This database is this instance's: the lanes go on. Where it was another's, every app gets a new epoch; where another
   * instance was only started on it, that one sent nothing, and the logs go on as they are.
   *
   * @throws UserError 409 when there is nothing to confirm
   */
  confirm(by: string): Promise<void>;
  /** Looks whether another process confirmed. */
  refresh(): Promise<void>;
}

export interface CopyGuardOptions {
  store: Store;
  registry: Registry;
  alarms: Alarms;
  fingerprint: string;
  /** What an earlier version of the plugin made of this same place; null: it could not start here. */
  formerFingerprint: string | null;
}

const ALARM = 'fingerprint';
const CAUSE = 'fingerprint';

const isHeld = (pauses: readonly Pause[]) => pauses.some(({ cause }) => cause === CAUSE);

export function createCopyGuard(options: CopyGuardOptions): CopyGuard {
  const { store, registry, alarms, fingerprint, formerFingerprint } = options;
  let own = true;
  const lanes = () => registry.apps().flatMap((app) => app.lanes);

  return {
    get confirmed() {
      return own && !lanes().some(({ pauses }) => isHeld(pauses));
    },
    async check() {
      await swapSetting(store, 'fingerprint', null, fingerprint);
      // An update of the plugin makes no copy of an installation that stays where it is.
      if (formerFingerprint !== null) await swapSetting(store, 'fingerprint', formerFingerprint, fingerprint);
      own = (await readSetting(store.knex, 'fingerprint')) === fingerprint;
      if (own) {
        // A process that confirmed may have died before it could clear the alarm.
        if (!lanes().some(({ pauses }) => isHeld(pauses))) await alarms.clear(ALARM);
        return;
      }
      for (const lane of lanes()) {
        await pauseLane(store, lane.id, { cause: CAUSE, code: 'fingerprint', params: {} });
      }
      await alarms.raise(ALARM, 'fingerprint', {});
      await registry.reload();
    },
    async confirm(by) {
      await store.transaction(async (trx) => {
        // The lock of all set-up: of two confirmations at once the second sees what the first did.
        await bumpVersion(trx);
        // By what is stored, and lanes of removed apps too: an app may come back, and no later confirmation would end
        // their pause.
        const all = await trx<LaneRow>(TABLES.lanes);
        const laneIds = all.map(({ id }) => id);
        const held = all.filter(({ pauses }) => isHeld(parsePauses(pauses)));
        const isNew = (await readSetting(trx, 'fingerprint')) !== fingerprint;
        if (!isNew && held.length === 0) {
          throw new UserError(409, 'This instance is confirmed already; nothing was done.');
        }
        if (isNew) {
          await writeSetting(trx, 'fingerprint', fingerprint);
          const apps = await trx<AppRow>(TABLES.apps).whereNull('removed_at').select('id');
          for (const { id } of apps) await startLogAnew(trx, id);
          // What the other instance had under way is its own affair.
          await closePushesOf(trx, laneIds, 'superseded');
        }
        for (const { id } of held) await clearPauses(trx, id, [CAUSE]);
        await recordAct(trx, { act: 'confirm-instance', by, at: store.now() });
      });
      own = true;
      await alarms.clear(ALARM);
      await registry.reload();
    },
    async refresh() {
      own = (await readSetting(store.knex, 'fingerprint')) === fingerprint;
    },
  };
}
