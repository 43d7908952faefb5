import type { Knex } from 'knex';
import { createAlarms, type Alarms } from '../../server/alarms/alarms';
import { createApps, type Apps } from '../../server/apps/apps';
import { createRegistry, type Registry } from '../../server/apps/registry';
import { parseConfig } from '../../server/config';
import { checkCustomKeys } from '../../server/feed';
import { closePausedPush, closePushesOf } from '../../server/pipeline';
import { createStore, type Client, type Store } from '../../server/store/store';

/** What the engine stands on, without Strapi. */
export interface BareRooms {
  config: ReturnType<typeof parseConfig>;
  store: Store;
  registry: Registry;
  alarms: Alarms;
  apps: Apps;
}

export interface BareLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The rooms below the engine, put together as the plugin's `assemble` does it. Queries nothing. */
export function createBareRooms(options: {
  knex: Knex;
  client: Client;
  config: unknown;
  clockOffsetMs?: number;
  log: BareLog;
}): BareRooms {
  const { log } = options;
  const config = parseConfig(options.config);
  const store = createStore(options);
  const registry = createRegistry({ store });
  const alarms = createAlarms({ store, log });
  const apps = createApps({
    store,
    registry,
    alarms,
    log,
    // Credentials come from the configuration: nothing is stored that would have to be encrypted.
    encryption: { ready: () => false, encrypt: () => null, decrypt: () => null },
    configured: config.apps,
    checkCustomKeys,
    countDevices: () => Promise.resolve(new Map()),
    probe: () => Promise.reject(new Error('nobody asks APNs about a credential here')),
    onFaultCleared: (trx, laneId) => closePausedPush(trx, laneId),
    onAppRemoved: (trx, laneIds) => closePushesOf(trx, laneIds, 'cancelled'),
    onAppsChanged: () => Promise.resolve(),
  });
  return { config, store, registry, alarms, apps };
}
