import { createDatabase, databaseFile, type Database, type TestDatabase } from './databases';
import { PLUGIN_SOURCE_DIR, type TestApp } from './test-app';

/** What every way of starting a Strapi can be told. */
export interface BootOptions {
  /**
   * A client: a new database, dropped at the end. A `TestDatabase`: the caller's, kept, so that another Strapi can be
   * started on it. Default: a new SQLite file.
   */
  database?: Database | TestDatabase;
  /** An SQLite file of the caller's; kept. */
  file?: string;
  /** The plugin's configuration. */
  config?: Record<string, unknown>;
  /** Environment variables of the test app: `ENCRYPTION_KEY`, `IS_PROXIED`, `MAX_IPS_COUNT`, `SERVER_URL`, `BACKGROUND_PUSH_ENABLED`, … */
  env?: Record<string, string>;
  /** Default: `APP`. */
  app?: TestApp;
  /** The directory that the plugin is taken from. Default: its TypeScript sources. */
  pluginDir?: string;
}

export interface BootEnvironment {
  database: TestDatabase;
  env: Record<string, string>;
  /** Drops the database if it was made for this boot. */
  discard(): Promise<void>;
}

/** Makes the database if need be, and says all of it in environment variables, as the test app reads them. */
export async function createBootEnvironment(options: BootOptions): Promise<BootEnvironment> {
  const { config = {}, env = {}, pluginDir = PLUGIN_SOURCE_DIR, app } = options;
  const given = options.file === undefined ? options.database : databaseFile(options.file);
  const own = typeof given === 'object' ? null : await createDatabase(given ?? 'sqlite', { app });
  const database = own ?? (given as TestDatabase);
  return {
    database,
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
      STARTUP_BANNER: 'false',
      BACKGROUND_PUSH_DIR: pluginDir,
      BACKGROUND_PUSH_CONFIG: JSON.stringify(config),
      ...database.env,
      ...env,
    },
    discard: async () => own?.drop(),
  };
}
