import { randomUUID } from 'node:crypto';
import type { Core } from '@strapi/strapi';
import { createActs } from './acts/acts';
import { createAlarms } from './alarms/alarms';
import { checkCredential, createProviderTokens } from './apns';
import { createApps } from './apps/apps';
import { createCredentialChecks } from './apps/credential-checks';
import { strapiEncryption } from './apps/credentials';
import { createRegistry } from './apps/registry';
import { parseConfig } from './config';
import { createGate } from './content-api/gate';
import { createDevices } from './devices';
import { checkCustomKeys, createFeed } from './feed';
import {
  closePausedPush,
  closePushesOf,
  createBell,
  createClients,
  createControl,
  createEmbeddedDispatcher,
  createEngine,
  createHousekeeper,
  createCopyGuard,
  createLog,
  createOverview,
  type CaptureState,
  type Housekeeper,
  type Log,
} from './pipeline';
import { oneLine } from './name-rule';
import { PLUGIN_ID, setServices, type Services } from './services';
import { NOWHERE, placeOf, type DatabasePlace, type KnexClient, type Settings } from './store/database-place';
import { fingerprintOf, formerFingerprintOf } from './store/fingerprint';
import { createStore, type Client } from './store/store';
import { listContentTypes } from './triggers/content-types';
import { createTriggers } from './triggers/triggers';

export interface Assembly extends Services {
  bell: ReturnType<typeof createBell>;
  instance: ReturnType<typeof createCopyGuard>;
  housekeeper: Housekeeper;
  changeLog: Log;
  log: Logger;
  /** Runs when the plugin is taken apart, latest first. */
  onDismantle(undo: () => void): void;
}

interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const assemblies = new WeakMap<object, { assembly: Assembly; undo: (() => void)[] }>();

/**
 * Builds every room once per Strapi and hands each what it needs. Nothing here queries the database.
 *
 * @throws when a setting is wrong
 */
export function assemble(strapi: Core.Strapi): Assembly {
  const log = loggerOf(strapi);
  const config = parseConfig(strapi.config.get(`plugin::${PLUGIN_ID}`));
  const store = createStore({
    knex: strapi.db.connection as unknown as Parameters<typeof createStore>[0]['knex'],
    client: strapi.db.dialect.client as Client,
    schemaName: strapi.db.getSchemaName() ?? null,
  });
  const now = () => store.now();
  const bell = createBell();
  const capture: CaptureState = { code: 'on' };
  const registry = createRegistry({ store });
  const alarms = createAlarms({ store, log });
  const acts = createActs({ store });
  const encryption = strapiEncryption(strapi as unknown as Parameters<typeof strapiEncryption>[0]);
  const devices = createDevices({ store, registry, config });
  const tokens = createProviderTokens(now);
  const triggers = createTriggers({
    store,
    registry,
    alarms,
    log,
    configured: config.triggers,
    contentTypes: () => listContentTypes(strapi.contentTypes),
  });
  const apps = createApps({
    store,
    registry,
    alarms,
    encryption,
    log,
    configured: config.apps,
    checkCustomKeys,
    countDevices: () => devices.countByLane(),
    probe: createCredentialChecks({
      ask: ({ id, bundleId, environment }, credential, device) =>
        checkCredential({
          topic: bundleId,
          device,
          credential,
          providerToken: tokens.of(id, credential),
          origin: config.apns.origin[environment],
          ca: config.apns.ca,
          requestTimeoutMs: config.apns.requestTimeoutMs,
          proxy: proxyOf(strapi),
          now,
        }),
      // Whoever may not be pushed to may not be woken for a check either; that APNs refuses the lane is what is asked.
      deviceOf: async (laneId) => {
        const isHeld = registry.laneById(laneId)?.pauses.some(({ cause }) => cause !== 'fatal') ?? true;
        return config.delivery.enabled && !isHeld ? devices.lastAccepted(laneId) : null;
      },
      now,
    }),
    onFaultCleared: (trx, laneId) => closePausedPush(trx, laneId),
    onAppRemoved: (trx, laneIds) => closePushesOf(trx, laneIds, 'cancelled'),
    onAppsChanged: () => triggers.check(),
  });
  const clients = createClients({ config, keyOf: (laneId) => apps.keyOf(laneId), tokens, proxy: proxyOf(strapi), now });
  const owner = randomUUID();
  const dispatcher = createEmbeddedDispatcher();
  const engine = createEngine({ store, config, registry, alarms, clients, dispatcher, bell, owner, log });
  const housekeeper = createHousekeeper({ store, config, owner, log });
  const instance = createCopyGuard({
    store,
    registry,
    alarms,
    ...fingerprints(strapi, config.delivery.instance, log),
  });
  const control = createControl({ store, config, registry, alarms, devices, clients, instance, bell, log });
  const overview = createOverview({
    store,
    config,
    registry,
    devices,
    acts,
    alarms,
    encryption,
    clients,
    engine,
    capture,
    instance,
  });
  const changeLog = createLog({ strapi, store, registry, bell, state: capture, log });
  const undo: (() => void)[] = [];
  const services: Services = {
    config,
    store,
    registry,
    apps,
    triggers,
    devices,
    acts,
    alarms,
    encryption,
    feed: createFeed({ store }),
    control,
    overview,
    engine,
    capture,
    gate: createGate({ config, alarms, log }),
  };
  const assembly: Assembly = {
    ...services,
    bell,
    instance,
    housekeeper,
    changeLog,
    log,
    onDismantle: (step) => void undo.push(step),
  };
  assemblies.set(strapi, { assembly, undo });
  setServices(strapi, services);
  return assembly;
}

/** Undoes `assemble`; null-safe, because Strapi may call destroy without bootstrap. Never rejects. */
export async function dismantle(strapi: Core.Strapi): Promise<void> {
  const known = assemblies.get(strapi);
  if (!known) return;
  assemblies.delete(strapi);
  for (const step of known.undo.reverse()) step();
  const { engine, housekeeper, changeLog } = known.assembly;
  await Promise.all([engine.stop(), housekeeper.stop(), changeLog.lookAgain.stop()]);
  setServices(strapi, null);
}

/** Every line says whose it is, and is one line, whatever the names and foreign texts in it hold. */
function loggerOf(strapi: Core.Strapi): Logger {
  const prefixed = (level: 'info' | 'warn' | 'error') => (message: string) =>
    void strapi.log[level](oneLine(message.startsWith(PLUGIN_ID) ? message : `${PLUGIN_ID}: ${message}`));
  return { info: prefixed('info'), warn: prefixed('warn'), error: prefixed('error') };
}

/** The proxy that Strapi's own outgoing requests use. */
function proxyOf(strapi: Core.Strapi): string | null {
  const proxy = strapi.config.get('server.proxy') as Record<string, unknown> | boolean | undefined;
  if (typeof proxy !== 'object' || proxy === null) return null;
  const chosen = [proxy.fetch, proxy.https, proxy.global].find((value) => typeof value === 'string' && value !== '');
  return (chosen as string | undefined) ?? null;
}

/** What tells this installation from a copy of its database elsewhere, as this version sees it and as an earlier one did. */
function fingerprints(strapi: Core.Strapi, instance: string | null, log: Logger) {
  const { client, connection } = strapi.config.get('database.connection') as { client: string; connection: Settings };
  const [appKey = ''] = strapi.config.get('server.app.keys', []) as string[];
  const facts = { instance, url: strapi.config.get('server.url', '') as string, client, appKey };
  return {
    fingerprint: fingerprintOf({ ...facts, place: databasePlace(strapi, log) }),
    formerFingerprint: formerFingerprintOf(facts, connection),
  };
}

/** What cannot be read is no reason to stop: Strapi itself reaches the database. */
function databasePlace(strapi: Core.Strapi, log: Logger): DatabasePlace {
  try {
    return placeOf(strapi.db.dialect.client, strapi.db.connection.client as KnexClient);
  } catch {
    // Without the error: it may quote a password.
    log.warn(
      'where the database is cannot be read out of config/database, so a copy of it may go unnoticed: ' +
        'give this installation a name in config.delivery.instance',
    );
    return NOWHERE;
  }
}
