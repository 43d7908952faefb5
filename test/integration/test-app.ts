import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface TestApp {
  dir: string;
  /** Where its JavaScript is: a project without TypeScript is its own. */
  distDir: string;
  /** The database file as its own first start leaves it, and what makes another of it. */
  tmpDir: string;
  sources: readonly string[];
}

export const APP_DIR = path.resolve(__dirname, '../app');
export const DIST_DIR = path.join(APP_DIR, 'dist');
/** Resolves to the TypeScript sources instead of the built package. */
export const PLUGIN_SOURCE_DIR = path.join(APP_DIR, 'plugin-source');

const SOURCES = ['config', 'src', 'package.json', 'tsconfig.json', 'administrator.json', 'migrate.js'];

/** The Strapi that tests and the demo run: little content, so that it boots fast. */
export const APP: TestApp = {
  dir: APP_DIR,
  distDir: DIST_DIR,
  tmpDir: path.join(APP_DIR, '.tmp'),
  sources: SOURCES.map((source) => path.join(APP_DIR, source)),
};

const LIBRARY_DIR = path.resolve(__dirname, '../library');

/** One with every kind of relation, component and file in its content. It takes its configuration from `APP`. */
export const LIBRARY: TestApp = {
  dir: LIBRARY_DIR,
  distDir: LIBRARY_DIR,
  tmpDir: path.join(LIBRARY_DIR, '.tmp'),
  sources: [...APP.sources, ...['config', 'src', 'package.json'].map((source) => path.join(LIBRARY_DIR, source))],
};

/**
 * Makes what a boot needs and the repository does not hold: the app compiled to `dist/`, and an SQLite file with
 * Strapi's own tables, locales and an administrator in it. Cheap when both stand. A child does the work, so that no
 * Strapi stays in a process that only starts others.
 */
export function prepareApp(app: TestApp = APP): void {
  if (app !== APP) prepareApp(APP);
  const file = migratedFile(app);
  // Strapi's local upload provider refuses to start without it.
  mkdirSync(path.join(app.dir, 'public', 'uploads'), { recursive: true });
  if (existsSync(file) && existsSync(path.join(DIST_DIR, 'config', 'server.js'))) return;
  mkdirSync(app.tmpDir, { recursive: true });
  const unfinished = path.join(app.tmpDir, `${process.pid}.db`);
  migrateApp(app, { DATABASE_CLIENT: 'sqlite', DATABASE_FILENAME: unfinished });
  for (const old of readdirSync(app.tmpDir)) if (old.startsWith('migrated-')) rmSync(path.join(app.tmpDir, old));
  // Whole or not there: other test runs may be looking.
  renameSync(unfinished, file);
}

/**
 * Starts the app for the first time on a database, without the plugin.
 *
 * @param env names the database
 */
export function migrateApp(app: TestApp, env: Record<string, string>): void {
  try {
    execFileSync(process.execPath, [path.join(APP_DIR, 'migrate.js'), app.dir], {
      stdio: 'pipe',
      env: { ...process.env, ...env },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    const said = `${stdout?.toString() ?? ''}${stderr?.toString() ?? ''}`;
    throw new Error(`The test app does not compile or boot:\n${said}`, { cause: error });
  }
}

/** The migrated SQLite file that belongs to the app as it is now: a boot from a copy takes a fraction of a first one. */
export function migratedFile(app: TestApp = APP): string {
  return path.join(app.tmpDir, `migrated-${versionOf(app)}.db`);
}

/** Of all that makes a migrated database what it is. */
export function versionOf(app: TestApp): string {
  const { version } = JSON.parse(readFileSync(require.resolve('@strapi/strapi/package.json'), 'utf8')) as {
    version: string;
  };
  const hash = createHash('sha256').update(version);
  for (const file of app.sources.flatMap(filesOf)) {
    hash.update(path.relative(APP_DIR, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesOf(root: string): string[] {
  if (path.extname(root)) return [root];
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [])).sort();
}
