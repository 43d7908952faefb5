import { assemble } from '../../../server/assemble';
import { createBareHost } from '../bare-host';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import createKnex, { type Knex } from 'knex';
import { type Alarms } from '../../../server/alarms/alarms';
import { type Apps } from '../../../server/apps/apps';
import type { Encryption } from '../../../server/apps/credentials';
import { type Registry } from '../../../server/apps/registry';
import { migrate } from '../../../server/store/migrate';
import { createStore, type Store } from '../../../server/store/store';
import { TABLES, type ChangeRow } from '../../../server/store/tables';
import { type Triggers } from '../../../server/triggers/triggers';
import { createDatabase, type Database, type TestDatabase } from '../databases';

/** What Strapi's `admin::encryption` does, with a key that a test can take away or change. */
export interface TestEncryption extends Encryption {
  secret: Buffer | null;
}

export function createEncryption(): TestEncryption {
  return {
    secret: randomBytes(32),
    ready() {
      return this.secret !== null;
    },
    encrypt(text) {
      if (!this.secret) return null;
      const iv = randomBytes(16);
      const cipher = createCipheriv('aes-256-gcm', this.secret, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return [iv, sealed, cipher.getAuthTag()].map((part) => part.toString('hex')).join(':');
    },
    decrypt(text) {
      const [iv, sealed, tag] = text.split(':').map((part) => Buffer.from(part, 'hex'));
      try {
        const decipher = createDecipheriv('aes-256-gcm', this.secret!, iv);
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

/** The set-up rooms of one process. Several may share a database, as instances do, and a restart makes new ones. */
export interface SetUp {
  apps: Apps;
  triggers: Triggers;
  alarms: Alarms;
  registry: Registry;
  /** Boots again with this configuration. */
  boot(config: unknown): Promise<SetUp>;
}

export interface SetUpScene {
  knex: Knex;
  store: Store;
  encryption: TestEncryption;
  /** As Strapi has them. */
  contentTypes: { uid: string }[];
  log: string[];
  boot(config: unknown): Promise<SetUp>;
  changes(): Promise<Pick<ChangeRow, 'app_id' | 'action' | 'wakes' | 'audience' | 'rev'>[]>;
  /** As new, for the next test. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const contentType = (uid: string, displayName: string) => ({
  uid,
  modelType: 'contentType',
  kind: 'collectionType',
  info: { displayName },
  options: { draftAndPublish: true },
});

/** A database of its own with nothing but the plugin's tables. */
export async function createSetUpScene(client: Database): Promise<SetUpScene> {
  const database = await createDatabase(client, { empty: true });
  const knex = createKnex(connectionTo(database));
  await migrate({ knex, client, schemaName: null });
  const scene: SetUpScene = {
    knex,
    store: createStore({ knex, client }),
    ...fresh(),
    boot: (config) => boot(scene, config),
    changes: () => knex<ChangeRow>(TABLES.changes).orderBy('id').select('app_id', 'action', 'wakes', 'audience', 'rev'),
    async clear() {
      for (const table of ['changes', 'alarms', 'triggers', 'pushes', 'lanes', 'apps'] as const)
        await knex(TABLES[table]).delete();
      Object.assign(scene, fresh());
    },
    async close() {
      await knex.destroy();
      await database.drop();
    },
  };
  return scene;
}

const fresh = () => ({
  encryption: createEncryption(),
  contentTypes: [contentType('api::article.article', 'Article'), contentType('api::page.page', 'Page')],
  log: [] as string[],
});

/** As Strapi connects: one connection on SQLite. */
function connectionTo({ client, env, file }: TestDatabase): Knex.Config {
  if (client === 'sqlite') {
    const pool = { min: 1, max: 1 };
    return { client: 'better-sqlite3', connection: { filename: file! }, useNullAsDefault: true, pool };
  }
  return {
    client: client === 'postgres' ? 'pg' : 'mysql2',
    connection: {
      host: env.DATABASE_HOST,
      port: Number(env.DATABASE_PORT),
      database: env.DATABASE_NAME,
      user: env.DATABASE_USERNAME,
      password: env.DATABASE_PASSWORD,
    },
    pool: { min: 0, max: 5 },
  };
}

async function boot(scene: SetUpScene, raw: unknown): Promise<SetUp> {
  const { knex, encryption } = scene;
  const write = (message: string) => void scene.log.push(message);
  const log = { info: write, warn: write, error: write };
  const contentTypes = () => Object.fromEntries(scene.contentTypes.map((schema) => [schema.uid, schema]));
  const host = createBareHost({ knex, client: scene.store.client, config: raw, log, encryption, contentTypes });
  const { apps, triggers, alarms, registry } = assemble(host);
  await apps.syncConfig();
  await triggers.syncConfig();
  return { apps, triggers, alarms, registry, boot: (next) => boot(scene, next) };
}
