import type { DeviceChanges, DeviceReport } from './device-changes';
import { actLaneOf, recordAct } from '../acts/record-act';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type DeviceRow, type LaneRow } from '../store/tables';
import { createCapacity, type Capacity } from './capacity';
import { createDeviceCounts, type DeviceCounts } from './device-counts';
import { countByLane, listDevices, type DevicePage, type DeviceQuery } from './list-devices';
import { eraseDevices, type Erased } from './moving/erase-devices';
import { exportDevices } from './moving/export-devices';
import { laneToRegister, refuse, TOO_MANY_DEVICES } from './registration-lane';
import type { LaneDirectory, Refusal, Registration } from './registration-lane';
import { storeRegistration } from './register-device';
import type { ProvenDevice } from './proven-device';
import { createSecret, hashSecret, recognizesSecret, whereSecret } from './secrets';
import { isDeviceToken, tokenTail } from './token';
import { markTestDevice } from './test-devices';
import { tokenStateOf, type TokenState } from './token-state';
import { updateDevice } from './update-device';

/** Where the app's log stands: the feed's epoch and its head, read after the commit. */
export interface LogPosition {
  epoch: string;
  rev: number;
}

export type RegistrationResult =
  | ({ kind: 'registered'; id: string; secret: string } & LogPosition)
  | ({ kind: 'refused' } & Refusal)
  /** Nothing of the registration is wrong; there is no room. */
  | { kind: 'full'; code: 'too-many-devices'; message: string };

export type UpdateResult = { id: string; apns: TokenState } & LogPosition;

/** The devices that registered themselves. Apps know a device by its public id and prove themselves by its secret. */
export interface Devices {
  /**
   * Stores a device, or renews the one that holds the token; the answer is of the same shape, so it does not tell
   * which. `rev` is the head after the commit, not the app's own state.
   *
   * @param report what the app holds already; nothing, where it does not say
   * @param replaces the registration before this one: its row goes on under the new token, or goes if it is of another lane
   * @throws RangeError when the token is not in its stored form
   */
  register(
    registration: Registration,
    replaces?: ProvenDevice | null,
    report?: DeviceReport,
  ): Promise<RegistrationResult>;
  /** @returns null for an unknown device and for a wrong secret alike, after as much work */
  prove(publicId: string, secret: string): Promise<ProvenDevice | null>;
  /**
   * Applies what a device says of itself and notes that it was seen. A token that another device of the lane holds
   * moves to this one, and the other is gone.
   *
   * @returns null when the device is gone or its secret is good no more
   * @throws RangeError when the token is not in its stored form
   */
  update(device: ProvenDevice, changes: DeviceChanges): Promise<UpdateResult | null>;
  /** What `update` answers when nothing of the row changes; a report is written by `freshness`. */
  position(device: ProvenDevice): Promise<UpdateResult | null>;
  /** @returns false when the device is gone or its secret is good no more */
  remove(device: ProvenDevice): Promise<boolean>;
  list(query: DeviceQuery): Promise<DevicePage>;
  /** Keeps the name of who did it. @returns whether there was one */
  removeByAdmin(publicId: string, by: string): Promise<boolean>;
  /**
   * Marks a test device, names it anew, or with null takes the mark away. Keeps the name of who did it.
   *
   * @returns whether there is such a device
   */
  markAsTest(publicId: string, name: string | null, by: string): Promise<boolean>;
  /** Removes devices and whatever names them, and keeps who did it. @returns how many there were */
  erase(which: Erased, by: string): Promise<number>;
  /** Every device as a line of a file, with its token. Keeps who asked for it. */
  export(query: { laneId?: number; by: string }): Promise<AsyncGenerator<string>>;
  /** The whole row, the token included: for sending, never for an answer. */
  find(publicId: string): Promise<DeviceRow | undefined>;
  /** The token of a device that APNs has accepted before, the one registered last; null: there is none. */
  lastAccepted(laneId: number): Promise<string | null>;
  /** As it was a moment ago; the more there are, the longer ago. */
  countByLane(): Promise<DeviceCounts>;
}

export interface DevicesOptions {
  store: Store;
  registry: LaneDirectory;
  config: { registration: { maxDevices: number | null } };
  /** What others count with too; default: its own. */
  capacity?: Capacity;
}

const PUBLIC_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text could be a device's public id. */
export function isPublicId(text: string): boolean {
  return PUBLIC_ID.test(text);
}

export function createDevices({
  store,
  registry,
  config,
  capacity = createCapacity({ max: config.registration.maxDevices, now: () => store.now() }),
}: DevicesOptions): Devices {
  const { knex } = store;
  const countDevices = createDeviceCounts(() => countByLane(knex));

  async function find(publicId: string): Promise<DeviceRow | undefined> {
    if (!isPublicId(publicId)) return undefined;
    const row = await knex<DeviceRow>(TABLES.devices).where({ public_id: publicId }).first();
    return row && fromDb(row);
  }

  async function answer(id: string, laneId: number, apns: TokenState): Promise<UpdateResult | null> {
    const row = await knex<AppRow>(TABLES.apps)
      .whereIn('id', knex<LaneRow>(TABLES.lanes).where({ id: laneId }).select('app_id'))
      .first('epoch', 'head');
    return row ? { id, epoch: row.epoch, rev: row.head, apns } : null;
  }

  return {
    find,
    async lastAccepted(laneId) {
      const accepted = knex<DeviceRow>(TABLES.devices).where({ lane_id: laneId, accepted: 1 });
      return (await accepted.orderBy('id', 'desc').first('token'))?.token ?? null;
    },
    list: (query) => listDevices(store, countDevices, query),
    countByLane: countDevices,

    async register({ app: bundleId, environment, ...said }, replaces = null, report = {}) {
      assertStoredForm(said.token);
      const lane = laneToRegister(registry, bundleId, environment);
      if ('code' in lane) return { kind: 'refused', ...lane };
      const secret = createSecret();
      const stored = await storeRegistration(store, capacity, {
        laneId: lane.laneId,
        ...said,
        secret,
        replaces,
        report,
      });
      if (stored === 'full') return { kind: 'full', code: 'too-many-devices', message: TOO_MANY_DEVICES };
      const row = await knex<AppRow>(TABLES.apps).where({ id: lane.appId }).first('epoch', 'head');
      if (!row) return { kind: 'refused', ...refuse.unknownApp(bundleId) };
      return { kind: 'registered', id: stored.publicId, secret, epoch: row.epoch, rev: row.head };
    },

    async prove(publicId, secret) {
      const row = await find(publicId);
      const secretHash = hashSecret(secret);
      const known = recognizesSecret(row, secretHash, store.now());
      if (!row || !known) return null;
      return { publicId, rowId: row.id, laneId: row.lane_id, apns: tokenStateOf(row), secretHash };
    },

    async update(device, changes) {
      if (changes.token !== undefined) assertStoredForm(changes.token);
      const updated = await updateDevice(store, capacity, device, changes);
      return updated === null ? null : answer(device.publicId, updated.laneId, updated.apns);
    },

    position: ({ publicId, laneId, apns }) => answer(publicId, laneId, apns),

    async remove({ rowId, secretHash }) {
      const removed = await knex<DeviceRow>(TABLES.devices)
        .where({ id: rowId })
        .where((query) => whereSecret(query, secretHash))
        .delete();
      if (removed > 0) capacity.add(-1);
      return removed > 0;
    },

    async markAsTest(publicId, name, by) {
      const device = await find(publicId);
      return device ? markTestDevice(store, device, name, by) : false;
    },

    export: (query) => exportDevices(store, query),
    async erase(which, by) {
      const erased = await eraseDevices(store, which, by);
      capacity.add(-erased);
      return erased;
    },

    async removeByAdmin(publicId, by) {
      const device = await find(publicId);
      if (!device) return false;
      const removed = await store.transaction(async (trx) => {
        // Of two administrators who remove it at once, one does.
        const gone = await trx<DeviceRow>(TABLES.devices).where({ id: device.id }).delete();
        if (gone === 0) return false;
        const lane = await actLaneOf(trx, device.lane_id);
        const params = { tokenTail: tokenTail(device.token) };
        await recordAct(trx, { act: 'remove-device', by, at: store.now(), lane, params });
        return true;
      });
      if (removed) capacity.add(-1);
      return removed;
    },
  };
}

function assertStoredForm(token: string): void {
  if (!isDeviceToken(token)) throw new RangeError('The device token is not in its stored form; see normalizeToken.');
}
