import type { Environment, App, AlarmParams, RecordedAct } from '../admin-api/contract';
import type { KeyObject } from 'node:crypto';
import type { Knex } from 'knex';
import { recordAct, type ActLane } from '../acts/record-act';
import type { CredentialCheck } from '../apns';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type LaneRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { UserError } from '../user-error';
import {
  checkApp,
  readCredential,
  type AppChanges,
  type CheckCustomKeys,
  type CredentialInput,
  type NewApp,
} from './app-input';
import { listApps } from './app-list';
import { credentialMark, type ConfiguredApp, type Credential } from './configured-app';
import type { CheckCredential } from './credential-checks';
import { sealKey, type Encryption } from './credentials';
import { createPins, keyOfLane } from './lane-credential';
import { eraseCredential, lockLane, lockLanes, resetLane, writeCredential } from './lanes';
import { closePausedPush, closePushesOf } from './close-pushes';
import { addApp, findApp, syncApps } from './sync-apps';

/**
 * The apps and the credentials of their lanes. What the configuration pins is read-only here; every change is in
 * force on this instance when its promise resolves, and on the others within two seconds, and is kept with the name of
 * who made it (`by`).
 */
export interface Apps {
  list(): Promise<App[]>;
  /** @throws UserError 404 */
  get(id: number): Promise<App>;
  /** Adds an app with both lanes, not set up. @throws UserError 400 for a wrong field, 409 when it is there already */
  create(app: NewApp, by: string): Promise<App>;
  /** @throws UserError 400, 404, or 409 when configuration pins it */
  update(id: number, changes: AppChanges, by: string): Promise<App>;
  /** Its row, log and devices stay, its credentials do not. @throws UserError 404, or 409 when pinned */
  remove(id: number, by: string): Promise<void>;
  /** @throws UserError 400, 404, 409 when pinned, and 409 when Strapi has no encryption key */
  setCredential(appId: number, environment: Environment, credential: CredentialInput, by: string): Promise<App>;
  /** @throws UserError 404, or 409 when pinned */
  clearCredential(appId: number, environment: Environment, by: string): Promise<App>;
  /**
   * Asks APNs whether it accepts a lane's credential. A registered device, if there is one, may be woken for it.
   * @throws UserError 404, or 409 when there is no credential to ask about
   */
  check(appId: number, environment: Environment): Promise<CredentialCheck>;
  /** At boot: makes the stored apps agree with the configuration, and says which credentials cannot be read. */
  syncConfig(): Promise<void>;
  /**
   * The key that fits the key id and team id which the registry holds for the lane. Null: the lane is not set up, its
   * key cannot be read (which raises an alarm), or the credential was replaced and the registry does not know it yet.
   */
  keyOf(laneId: number): Promise<KeyObject | null>;
}

export interface AppsOptions {
  store: Store;
  registry: {
    reload(): Promise<void>;
    laneById(id: number): { credentialMark: string | null } | undefined;
  };
  alarms: {
    raise(
      key: string,
      code: 'credential-unreadable',
      params: AlarmParams<'credential-unreadable'>,
      laneId: number,
    ): Promise<void>;
    clear(key: string): Promise<void>;
  };
  encryption: Encryption;
  log: { info(message: string): void; warn(message: string): void };
  /** The apps that the configuration pins. */
  configured: readonly ConfiguredApp[];
  checkCustomKeys: CheckCustomKeys;
  countDevices(): Promise<ReadonlyMap<number, number>>;
  /** Asks APNs about a credential. */
  probe: CheckCredential;
  /** Apps came or went: whoever names them looks again. */
  onAppsChanged(): Promise<void>;
}

export function createApps(options: AppsOptions): Apps {
  const { store, registry, alarms, encryption, log, configured } = options;
  const pins = createPins(configured);
  const openLane = (lane: LaneRow, bundleId: string) => keyOfLane(lane, bundleId, pins, encryption);
  const alarmKey = (laneId: number) => `credential-unreadable:${laneId}`;

  /** One set-up change at a time: the version's row is the lock, so what is read after it still holds at commit. */
  async function write<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
    const result = await store.transaction(async (trx) => {
      await bumpVersion(trx);
      return work(trx);
    });
    await registry.reload();
    return result;
  }

  async function list(): Promise<App[]> {
    return listApps({ knex: store.knex, isPinned: pins.isPinned, openLane, countDevices: options.countDevices });
  }

  async function get(id: number): Promise<App> {
    return (await list()).find((app) => app.id === id) ?? unknownApp();
  }

  /** The app's row, for a change that only holds where configuration does not pin `environment` (or the app). */
  async function editable(trx: Knex, id: number, environment?: Environment): Promise<AppRow> {
    const row = await trx<AppRow>(TABLES.apps).where({ id }).whereNull('removed_at').first();
    if (!row) return unknownApp();
    if (pins.isPinned(row.bundle_id, environment)) {
      const what = environment === undefined ? row.bundle_id : `The ${environment} credential of ${row.bundle_id}`;
      throw new UserError(409, `${what} is set up in the configuration of the plugin and can only be changed there.`);
    }
    return row;
  }

  async function readKey(lane: LaneRow, bundleId: string): Promise<KeyObject | null> {
    if (lane.credential_source === null) return null;
    const key = openLane(lane, bundleId);
    if (key) return key;
    const params = { bundleId, environment: lane.environment, source: lane.credential_source };
    await alarms.raise(alarmKey(lane.id), 'credential-unreadable', params, lane.id);
    return null;
  }

  return {
    list,
    get,

    async create(app, by) {
      checkApp(app, options.checkCustomKeys);
      const settings = {
        bundle_id: app.bundleId,
        name: app.name,
        custom_keys: JSON.stringify(app.customKeys ?? {}),
        source: 'panel' as const,
      };
      const id = await write(async (trx) => {
        const existing = await findApp(trx, app.bundleId);
        if (existing && existing.removed_at === null) {
          throw new UserError(409, `The app ${existing.bundle_id} is there already.`, 'bundleId');
        }
        const added = await addApp(trx, options, settings, existing);
        const recorded = { id: added, bundleId: app.bundleId };
        await recordAct(trx, { act: 'add-app', by, at: store.now(), app: recorded, params: { name: app.name } });
        return added;
      });
      log.info(`the app ${app.bundleId} was added`);
      await options.onAppsChanged();
      return get(id);
    },

    async update(id, { name, customKeys, enabled }, by) {
      checkApp({ name, customKeys }, options.checkCustomKeys);
      await write(async (trx) => {
        const before = await editable(trx, id);
        const changes: Partial<AppRow> = {};
        if (name !== undefined) changes.name = name;
        if (customKeys !== undefined) changes.custom_keys = JSON.stringify(customKeys);
        if (enabled !== undefined) changes.enabled = enabled ? 1 : 0;
        const at = store.now();
        // An app that configuration gave up belongs to the panel from its first change on.
        await trx<AppRow>(TABLES.apps)
          .where({ id })
          .update({ ...changes, source: 'panel', updated_at: at });
        const app = { id, bundleId: before.bundle_id };
        for (const act of actsOfChange(before, changes)) await recordAct(trx, { ...act, by, at, app });
      });
      return get(id);
    },

    async remove(id, by) {
      const { row, lanes } = await write(async (trx) => {
        const app = await editable(trx, id);
        const now = store.now();
        const lanesOfApp = await lockLanes(trx, id);
        for (const lane of lanesOfApp) await resetLane(trx, lane, now);
        const laneIds = lanesOfApp.map((lane) => lane.id);
        await closePushesOf(trx, laneIds, 'cancelled');
        await trx<AppRow>(TABLES.apps).where({ id }).update({ removed_at: now, updated_at: now });
        const removed = { id, bundleId: app.bundle_id };
        await recordAct(trx, { act: 'remove-app', by, at: now, app: removed, params: { name: app.name } });
        return { row: app, lanes: lanesOfApp };
      });
      log.info(`the app ${row.bundle_id} was removed`);
      for (const lane of lanes) await alarms.clear(alarmKey(lane.id));
      await options.onAppsChanged();
    },

    async setCredential(appId, environment, input, by) {
      const credential = readCredential(input);
      const laneId = await write(async (trx) => {
        const app = await editable(trx, appId, environment);
        const lane = await lockLane(trx, app.id, environment);
        const sealed = sealKey(encryption, credential.key);
        if (holds(lane, credential) && openLane(lane, app.bundle_id)) return lane.id;
        const at = store.now();
        const { faultCleared } = await writeCredential(trx, lane, { credential, source: 'panel', sealed }, at);
        if (faultCleared) await closePausedPush(trx, lane.id);
        const act = lane.credential_source === null ? 'set-credential' : 'replace-credential';
        const { keyId, teamId } = credential;
        await recordAct(trx, { act, by, at, lane: laneOf(app, lane), params: { keyId, teamId } });
        return lane.id;
      });
      await alarms.clear(alarmKey(laneId));
      return get(appId);
    },

    async clearCredential(appId, environment, by) {
      const laneId = await write(async (trx) => {
        const app = await editable(trx, appId, environment);
        const lane = await lockLane(trx, app.id, environment);
        if (lane.credential_source === null) return lane.id;
        const at = store.now();
        await eraseCredential(trx, lane, at, by);
        const params = { keyId: lane.key_id ?? '', teamId: lane.team_id ?? '' };
        await recordAct(trx, { act: 'remove-credential', by, at, lane: laneOf(app, lane), params });
        return lane.id;
      });
      await alarms.clear(alarmKey(laneId));
      return get(appId);
    },

    async check(appId, environment) {
      const app = await get(appId);
      const lane = await store.knex<LaneRow>(TABLES.lanes).where({ app_id: appId, environment }).first();
      const key = lane && (await readKey(lane, app.bundleId));
      if (!key || lane.key_id === null || lane.team_id === null) {
        const why = lane?.credential_source ? 'has a key that cannot be read: enter it again' : 'has no credential yet';
        throw new UserError(409, `${app.bundleId} (${environment}) ${why}.`);
      }
      const credential = { key, keyId: lane.key_id, teamId: lane.team_id };
      return options.probe({ id: lane.id, bundleId: app.bundleId, environment }, credential);
    },

    async syncConfig() {
      const disabled = await write((trx) => syncApps(trx, options, configured));
      for (const bundleId of disabled) {
        log.warn(`the app ${bundleId} is no longer in the configuration and was disabled`);
      }
      const apps = await store.knex<AppRow>(TABLES.apps);
      for (const lane of await store.knex<LaneRow>(TABLES.lanes)) {
        const app = apps.find((row) => row.id === lane.app_id);
        const unset = lane.credential_source === null;
        if (unset || (app && (await readKey(lane, app.bundle_id)))) await alarms.clear(alarmKey(lane.id));
      }
    },

    async keyOf(laneId) {
      const lane = await store.knex<LaneRow>(TABLES.lanes).where({ id: laneId }).first();
      const app = lane && (await store.knex<AppRow>(TABLES.apps).where({ id: lane.app_id }).first());
      if (!lane || !app || registry.laneById(laneId)?.credentialMark !== lane.credential_mark) return null;
      return readKey(lane, app.bundle_id);
    },
  };
}

const laneOf = (app: AppRow, { id, environment }: LaneRow): ActLane => ({
  id,
  appId: app.id,
  bundleId: app.bundle_id,
  environment,
});

/** Whether the very credential was entered into the panel before: entering it once more changes nothing. */
const holds = (lane: LaneRow, credential: Credential) =>
  lane.credential_source === 'panel' && lane.credential_mark === credentialMark(credential);

/** What a change of an app does, act by act; nothing where everything stays as it was. */
function actsOfChange(before: AppRow, after: Partial<AppRow>): RecordedAct[] {
  const changed = (column: keyof AppRow) => after[column] !== undefined && after[column] !== before[column];
  const acts: RecordedAct[] = [];
  const { name = before.name } = after;
  if (name !== before.name) acts.push({ act: 'rename-app', params: { from: before.name, name } });
  if (changed('custom_keys')) acts.push({ act: 'change-custom-keys' });
  if (changed('enabled')) acts.push({ act: after.enabled === 1 ? 'enable-app' : 'disable-app' });
  return acts;
}

function unknownApp(): never {
  throw new UserError(404, 'There is no such app.');
}
