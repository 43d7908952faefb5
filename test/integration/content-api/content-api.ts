import { servicesOf } from '../services-of';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { sequenceApp } from '../../../server/pipeline/log/sequence';
import { type Services } from '../../../server/services';
import { TABLES, type AppRow, type DeviceRow } from '../../../server/store/tables';
import type { Database } from '../databases';
import { bootStrapi, type BootedStrapi } from '../strapi';

export const BUNDLE_ID = 'com.example.news';
/** An app that is there, and that nobody set up further. */
export const BARE_BUNDLE_ID = 'com.example.bare';
export const NOTE = 'api::note.note';

export const ACTIONS = ['device.register', 'device.update', 'device.delete', 'changes.find', 'snapshot.find'] as const;

/** What 201 answers with. */
export interface Registered {
  id: string;
  secret: string;
  epoch: string;
  rev: number;
}

/** A Strapi whose content API everybody may use. */
export interface ContentApi extends BootedStrapi {
  services: Services;
  /** POST /devices, of a new device of the production lane unless told otherwise. */
  register(body?: Record<string, unknown>): Promise<Registered>;
  /** All devices with their tags, oldest first. */
  devices(): Promise<DeviceRow[]>;
  /** Publishes notes and numbers the changes, as the engine would within a second; returns the head. */
  publishNotes(count: number): Promise<number>;
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const credential = {
  keyId: 'ABCDEFGHIJ',
  teamId: 'TEAM123456',
  key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
};

/** Far above what a test asks for: only the tests of limits want any. */
const NO_LIMITS = { perAddressPerMinute: 1_000_000, globalPerMinute: 1_000_000 };

export const newToken = (): string => randomBytes(32).toString('hex');

/** The body of a registration. */
export const registration = (fields: Record<string, unknown> = {}) => ({
  app: BUNDLE_ID,
  environment: 'production',
  token: newToken(),
  ...fields,
});

export interface ContentApiOptions {
  database?: Database;
  registration?: Record<string, unknown>;
  env?: Record<string, string>;
  /** What everybody may do; default: all of it. */
  granted?: readonly string[];
}

export async function bootContentApi(options: ContentApiOptions = {}): Promise<ContentApi> {
  const running = await bootStrapi({
    database: options.database,
    // The engine stays out: nothing is sent, and changes get their numbers when a test says so.
    listen: false,
    env: options.env,
    config: {
      apps: [
        { bundleId: BUNDLE_ID, name: 'News', production: credential, sandbox: credential },
        { bundleId: BARE_BUNDLE_ID, name: 'Bare', production: credential },
      ],
      triggers: [{ name: 'notes', contentType: NOTE, apps: [BUNDLE_ID] }],
      // Limits of a test may be lower than what a push without a cache would need.
      feed: { cdn: true },
      registration: { ...NO_LIMITS, ...options.registration },
    },
  });
  const granted = options.granted ?? ACTIONS;
  if (granted.length > 0) await running.grantPublic(granted);
  const services = servicesOf(running.strapi);
  const { knex } = services.store;

  return {
    ...running,
    services,
    async register(body) {
      const response = await running.request.post('/api/background-push/devices').send(registration(body)).expect(201);
      return (response.body as { data: Registered }).data;
    },
    devices: async () => knex<DeviceRow>(TABLES.devices).orderBy('id'),
    async publishNotes(count) {
      const notes = running.strapi.documents(NOTE as never) as unknown as { create(params: object): Promise<unknown> };
      for (let n = 0; n < count; n++) await notes.create({ data: { text: `Note ${n}` } });
      const appId = services.registry.app(BUNDLE_ID)!.id;
      while ((await sequenceApp(services.store, appId)) > 0);
      return (await knex<AppRow>(TABLES.apps).where({ id: appId }).first('head'))!.head;
    },
  };
}

/** The fields that a 400 names. */
export function namedFields(body: unknown): string[] {
  const { error } = body as { error: { details: { errors: { path: string[]; message: string }[] } } };
  return error.details.errors.map(({ path }) => path.join('.'));
}
