import { plus } from '../store/computed';
import type { Alarm, AlarmCode, AlarmParams } from '../admin-api/contract';
import type { Knex } from 'knex';
import { describeError } from '../store/database-error';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AlarmRow } from '../store/tables';

/** What is wrong now and needs a person. It stands until whoever raised it sees that it is over. */
export interface Alarms {
  /** Raises an alarm, or brings the code and parameters of a standing one up to date; `raisedAt` stays. */
  raise<C extends AlarmCode>(key: string, code: C, params: AlarmParams<C>, laneId?: number): Promise<void>;
  /** Says it in this process only, for what the tables cannot hold: missing tables, a failed migration. */
  raiseInMemory<C extends AlarmCode>(key: string, code: C, params: AlarmParams<C>): void;
  /** Ends an alarm, wherever it is kept. Does nothing if it does not stand. */
  clear(key: string): Promise<void>;
  /** Oldest first. If the tables cannot be read, that is an alarm itself. */
  list(): Promise<Alarm[]>;
}

export interface AlarmsOptions {
  store: Store;
  log: { warn(message: string): void };
}

const UNREADABLE = 'alarms-unreadable';

export function createAlarms({ store, log }: AlarmsOptions): Alarms {
  const inMemory = new Map<string, Alarm>();

  function raiseInMemory<C extends AlarmCode>(key: string, code: C, params: AlarmParams<C>): void {
    const standing = inMemory.get(key);
    if (!standing) log.warn(sentence(key, code, params));
    const raisedAt = standing?.raisedAt ?? store.now();
    inMemory.set(key, { key, code, params, laneId: null, raisedAt } as Alarm);
  }

  return {
    raiseInMemory,

    async raise(key, code, params, laneId) {
      const columns = { code, params: JSON.stringify(params), lane_id: laneId ?? null };
      if (await update(store.knex, key, columns)) return;
      await store
        .knex<AlarmRow>(TABLES.alarms)
        .insert({ key, ...columns, raised_at: store.now() })
        .onConflict('key')
        .ignore();
      log.warn(sentence(key, code, params));
    },

    async clear(key) {
      inMemory.delete(key);
      await store.knex<AlarmRow>(TABLES.alarms).where({ key }).delete();
    },

    async list() {
      let stored: Alarm[] = [];
      try {
        stored = (await store.knex<AlarmRow>(TABLES.alarms).orderBy('id')).map(toAlarm);
        inMemory.delete(UNREADABLE);
      } catch (error) {
        raiseInMemory(UNREADABLE, UNREADABLE, { message: describeError(error) });
      }
      return [...inMemory.values(), ...stored].sort((a, b) => a.raisedAt - b.raisedAt);
    },
  };
}

/** `beat` always changes, so that databases that count changed rows and those that count matched ones agree. */
async function update(
  knex: Knex,
  key: string,
  columns: Pick<AlarmRow, 'code' | 'params' | 'lane_id'>,
): Promise<boolean> {
  const changed = await knex<AlarmRow>(TABLES.alarms)
    .where({ key })
    .update({ ...columns, beat: plus(knex, 'beat') });
  return changed > 0;
}

function toAlarm(row: AlarmRow): Alarm {
  const { key, code, params, lane_id: laneId, raised_at: raisedAt } = fromDb(row);
  // A newer version of the plugin may have raised one that this one does not know; the panel has a sentence for that.
  return { key, code, params: JSON.parse(params) as object, laneId, raisedAt } as Alarm;
}

function sentence(key: string, code: string, params: object): string {
  const details = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return `alarm ${key} raised: ${[code, ...details].join(' ')}`;
}
