import { createHousekeeper, type Housekeeper } from './retention/housekeeper';
import { randomUUID } from 'node:crypto';
import { createActs } from './acts/acts';
import { createAlarms } from './alarms/alarms';
import { checkCredential, createProviderTokens } from './apns';
import { createApps } from './apps/apps';
import { createCredentialChecks } from './apps/credential-checks';
import { createRegistry } from './apps/registry';
import { parseConfig } from './config';
import type { Host, Logger } from './host';
import { createGate } from './content-api/gate';
import { checkContent, createContent, createOwners, type Owners, type StrapiContent } from './content';
import { parseMovedDevice } from './content-api/parse';
import { countTagged, createCapacity, createDevices, createImports } from './devices';
import { createTitles } from './entries';
import { createEvents, type Events } from './events';
import { checkCustomKeys, createFeed } from './feed';
import { createFreshness, createReports } from './freshness';
import {
  createBell,
  createClients,
  createComplaint,
  createControl,
  createEmbeddedDispatcher,
  createEntryNews,
  createForecast,
  createNews,
  createPreview,
  createEngine,
  createCopyGuard,
  createOverview,
  createPushAbouts,
  createPushViews,
  createRelatedNotes,
  createTagValues,
  createTellOwners,
  type CaptureState,
} from './pipeline';
import type { Services } from './services';
import { createStore } from './store/store';
import { createAudiencePreview } from './triggers/audience-preview';
import { listContentTypes } from './triggers/content-types';
import { checkAudience } from './triggers/tag-fields';
import { createTriggers } from './triggers/triggers';

export interface Assembly extends Services {
  bell: ReturnType<typeof createBell>;
  instance: ReturnType<typeof createCopyGuard>;
  owners: Owners;
  /** Strapi's content, as capture reads it. */
  source: StrapiContent;
  events: Events;
  housekeeper: Housekeeper;
  log: Logger;
  /** Runs when the plugin is taken apart, latest first. */
  onDismantle(undo: () => void | Promise<void>): void;
  /** Undoes all of it. Never rejects. */
  dismantle(): Promise<void>;
}

export interface AssembleOptions {
  /** The name of this process in leases. Default: a random one. */
  owner?: string;
  /** For tests: the store's clock is off by so much. */
  clockOffsetMs?: number;
}

/**
 * Builds every room and hands each what it needs. Nothing here queries the database.
 *
 * @throws when a setting is wrong
 */
export function assemble(host: Host, { owner = randomUUID(), clockOffsetMs }: AssembleOptions = {}): Assembly {
  const { log, encryption, proxy } = host;
  const config = parseConfig(host.config);
  const events: Events = createEvents({
    strapi: host.events,
    laneById: (id) => registry.laneById(id),
    appById: (id) => registry.appById(id),
    log,
  });
  const store = createStore({ ...host, clockOffsetMs, tell: (fact) => events.tell(fact) });
  const now = () => store.now();
  const bell = createBell();
  const capture: CaptureState = { code: 'on' };
  const registry = createRegistry({ store });
  const alarms = createAlarms({ store, log });
  const acts = createActs({ store });
  const capacity = createCapacity({ max: config.registration.maxDevices, now });
  const devices = createDevices({ store, registry, config, capacity });
  const reports = createReports({ store, complaint: createComplaint((message) => log.warn(message)) });
  const freshness = createFreshness({ store });
  const tokens = createProviderTokens(now);
  const triggers = createTriggers({
    store,
    registry,
    alarms,
    log,
    configured: config.triggers,
    contentTypes: () => listContentTypes(host.contentTypes()),
    checkAudience: ({ contentType, audience }) => checkAudience(host.content, contentType, audience),
    checkContent: (trigger) => checkContent(host.content, trigger),
  });
  const previewAudience = createAudiencePreview({
    source: host.content,
    contentTypes: () => triggers.contentTypes(),
    lanes: () => registry.apps().flatMap(({ lanes }) => lanes),
    countTagged: (laneIds, tags) => countTagged(store.knex, laneIds, tags),
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
          proxy,
          now,
          lane: `${bundleId} ${environment}`,
        }),
      // Whoever may not be pushed to may not be woken for a check either; that APNs refuses the lane is what is asked.
      deviceOf: async (laneId) => {
        const isHeld = registry.laneById(laneId)?.pauses.some(({ cause }) => cause !== 'fatal') ?? true;
        return config.delivery.enabled && !isHeld ? devices.lastAccepted(laneId) : null;
      },
      now,
    }),
    onAppsChanged: () => triggers.check(),
  });
  const clients = createClients({ config, keyOf: (laneId) => apps.keyOf(laneId), tokens, proxy, now });
  const dispatcher = createEmbeddedDispatcher();
  const owners = createOwners({
    strapi: host.content,
    db: store.knex,
    client: store.client,
    followed: () => registry.followed(),
    most: config.content.relatedMax,
  });
  const tagValues = createTagValues({ registry, source: host.content });
  const engine = createEngine({
    store,
    config,
    registry,
    alarms,
    clients,
    dispatcher,
    bell,
    owner,
    tellOwners: createTellOwners({
      store,
      registry,
      owners,
      notes: createRelatedNotes({ store }),
      tagValues,
    }),
    log,
  });
  const housekeeper = createHousekeeper({ store, config, owner, log });
  const instance = createCopyGuard({
    store,
    registry,
    alarms,
    ...host.fingerprints(config.delivery.instance),
  });
  const control = createControl({ store, config, registry, alarms, devices, clients, instance, bell, log });
  const titles = createTitles({ strapi: host.entries });
  const abouts = createPushAbouts({ store, registry, titles });
  const pushViews = createPushViews({ store, registry, freshness, abouts });
  const overview = createOverview({
    pushViews,
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
    freshness,
  });
  const gate = createGate({ config, alarms, log });
  const feed = createFeed({ store, pathOf: (uid, documentId, locale) => host.content.path(uid, documentId, locale) });
  const forecast = createForecast({ store, config, registry, devices, engine, capture, tagValues });
  const undo: (() => void | Promise<void>)[] = [];
  const services: Services = {
    config,
    store,
    registry,
    apps,
    triggers,
    previewAudience,
    devices,
    titles,
    imports: createImports({ store, registry, capacity, parse: parseMovedDevice }),
    reports,
    acts,
    alarms,
    encryption,
    feed,
    content: createContent({ strapi: host.content, feed, contentOf: (appId) => registry.contentOf(appId), config }),
    control,
    overview,
    forecast,
    preview: createPreview({ store, config, registry, forecast, capture, titles, strapi: host.entries, tagValues }),
    entryNews: createEntryNews({ store, config, registry, pushViews }),
    news: createNews({ store, config, registry, abouts, pushViews }),
    engine,
    capture,
    gate,
  };
  return {
    ...services,
    bell,
    instance,
    owners,
    source: host.content,
    events,
    housekeeper,
    log,
    onDismantle: (step) => void undo.push(step),
    async dismantle() {
      gate.load.stop();
      const steps = undo.reverse().map((step) => step());
      await Promise.all([...steps, engine.stop(), housekeeper.stop(), reports.stop()]);
    },
  };
}
