import { isDeepStrictEqual } from 'node:util';
import { contentOf } from '../../server/host-content';
import { TABLES } from '../../server/store/tables';
import { withDoubles } from '../faults/doubles';
import { shapeOf } from '../faults/library-shape';
import type { Database } from '../integration/databases';
import {
  ARTICLE,
  ASK,
  AUTHOR,
  BUNDLE_ID,
  CATEGORY,
  HOMEPAGE,
  libraryConfig,
  READ,
  shelvesOf,
  triggerOf,
  TYPES,
  type Document,
} from '../integration/content/library';
import { readAllRest } from '../integration/content/rest';
import { credential, KEY_ID, pluginConfig, publicKey, TEAM_ID } from '../integration/scene';
import { servicesOf } from '../integration/services-of';
import { bootStrapi } from '../integration/strapi';
import { LIBRARY } from '../integration/test-app';
import { startSimulator } from '../simulator';
import { until } from '../until';
import type { Counter } from './counter';
import { startCountingProxy } from './counting-proxy';
import type { Step } from './scenario';

const UIDS: Record<string, string> = { article: ARTICLE, author: AUTHOR, category: CATEGORY, homepage: HOMEPAGE };
const LOCALES = ['en', 'fr', 'de'];

export interface HeldEntry {
  contentType: string;
  documentId: string;
  locale: string | null;
  content: unknown;
}

/** What was published first under a name, and of which type. */
type Named = Map<string, { documentId: string; uid: string }>;

/** A Strapi with the plugin, whose pushes end at an APNs simulator. */
export type RealServer = Awaited<ReturnType<typeof startRealServer>>;

export async function startRealServer(database: Database, counter: Counter) {
  const simulator = await startSimulator({ keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }] });
  const { types } = shapeOf(LIBRARY);
  const { apps: _others, triggers: _none, ...config } = pluginConfig({ production: simulator, sandbox: simulator });
  const booted = await bootStrapi({
    app: LIBRARY,
    database,
    config: {
      ...config,
      ...libraryConfig(
        TYPES.map((uid) =>
          triggerOf(uid, {
            related: true,
            relatedWakes: true,
            wakeOn: ['publish', 'unpublish', 'delete'],
            ...(types[uid] ? { content: { populate: types[uid] } } : {}),
          }),
        ),
      ),
      apps: [{ bundleId: BUNDLE_ID, name: 'Library', production: credential }],
    },
  });
  await booted.grantPublic([...ASK, ...READ, 'device.register', 'device.update', 'device.delete']);
  const services = servicesOf(booted.strapi);
  const shelves = shelvesOf(booted.strapi);
  const proxy = await startCountingProxy(booted.url, counter);
  const { knex } = services.store;
  const lane = services.registry.lane(BUNDLE_ID, 'production')!;

  /** Everything that was published has left in a push, and nobody is being pushed to. */
  async function quiet(): Promise<void> {
    const isQuiet = async () => {
      const app = await knex(TABLES.apps).where({ id: lane.appId }).first();
      const waiting = await knex(TABLES.changes).whereNull('rev').first();
      const row = await knex(TABLES.lanes).where({ id: lane.id }).first();
      const running = await knex(TABLES.pushes).where({ lane_id: lane.id, state: 'running' }).first();
      return !waiting && !running && Number(row.handled) === Number(app.head);
    };
    await until(isQuiet, { within: 60_000, what: 'a lane that is still' });
  }

  async function act(step: Extract<Step, { strapi: string }>, named: Named, token: string | null): Promise<void> {
    const { strapi: what, as = '', type = 'article', data = {}, locale, count = 1 } = step;
    const known = named.get(as);
    const uid = known?.uid ?? UIDS[type];
    const documents = shelves.documents(uid);
    const at = uid === ARTICLE || uid === HOMEPAGE ? { locale: locale ?? 'en' } : {};
    const documentId = known?.documentId ?? '';
    switch (what) {
      case 'publish': {
        for (let n = 0; n < count; n++) {
          const made: Document = known
            ? await documents.update({ documentId, data, status: 'published', ...at })
            : await documents.create({ data, status: 'published', ...at });
          if (as !== '' && !known) named.set(as, { documentId: made.documentId, uid });
        }
        return;
      }
      case 'unpublish':
        return void (await documents.unpublish({ documentId, ...at }));
      case 'delete':
        return void (await documents.delete({ documentId, locale: '*' }));
      case 'start the log anew': {
        const app = services.registry.app(BUNDLE_ID)!;
        return services.control.startLogAnew(app.id, app.epoch, 'a scenario');
      }
      case 'delete the device': {
        const gone = await knex(TABLES.devices).where({ token }).delete();
        if (gone !== 1) throw new Error('There is no such device.');
        return;
      }
      case 'quiet':
        return quiet();
      default:
        throw new Error(`Nobody knows how to ${what}.`);
    }
  }

  /** Payloads that a device got, in the order in which it got them. */
  const pushesTo = (token: string) =>
    simulator.log.filter((entry) => entry.token === token && entry.status === 200).map(({ body }) => body);

  return {
    url: proxy.url,
    booted,
    shelves,
    quiet,
    act,
    pushesTo,
    devices: async () => (await knex(TABLES.devices)).length,
    /** No devices, and nothing published. */
    async clear(): Promise<void> {
      await knex(TABLES.devices).delete();
      for (const uid of TYPES) {
        const documents = shelves.documents(uid);
        const found = await documents.findMany({ locale: '*', fields: ['documentId'] });
        for (const documentId of new Set(found.map((one) => one.documentId)))
          await documents.delete({ documentId, ...(uid === ARTICLE || uid === HOMEPAGE ? { locale: '*' } : {}) });
      }
      await quiet();
    },
    /** @returns what differs between what an app holds and what the REST API answers */
    async differences(held: readonly HeldEntry[], { locales = LOCALES }: { locales?: readonly string[] } = {}) {
      const rest = await readAllRest({ url: booted.url, content: contentOf(booted.strapi) }, types, locales);
      const own = new Map(
        held.map((entry) => [JSON.stringify([entry.contentType, entry.documentId, entry.locale]), entry]),
      );
      const missing: string[] = [];
      const stale: string[] = [];
      const doubled = await withDoubles(knex);
      for (const [key, shown] of rest) {
        if (doubled.has((JSON.parse(key) as string[])[1]!)) continue;
        const entry = own.get(key);
        if (!entry) missing.push(`${key} is not held`);
        else if (!shown.some((one) => isDeepStrictEqual(entry.content, one)))
          stale.push(`${key}: ${JSON.stringify(entry.content)} instead of ${JSON.stringify(shown)}`);
      }
      for (const key of own.keys()) if (!rest.has(key)) stale.push(`${key} is held and not published`);
      return { missing, stale, doubled: doubled.size };
    },
    async stop() {
      await proxy.stop();
      await booted.stop();
      await simulator.close();
    },
  };
}
