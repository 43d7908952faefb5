import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

export const APP_DIR = path.resolve(__dirname, '../app');
export const DIST_DIR = path.join(APP_DIR, 'dist');
/** Resolves to the TypeScript sources instead of the built package. */
export const PLUGIN_SOURCE_DIR = path.join(APP_DIR, 'plugin-source');

const TMP_DIR = path.join(APP_DIR, '.tmp');
const SOURCES = ['config', 'src', 'package.json', 'tsconfig.json', 'administrator.json', 'migrate.js'];

/**
 * Makes what a boot needs and the repository does not hold: the app compiled to `dist/`, and an SQLite file with
 * Strapi's own tables, locales and an administrator in it. Cheap when both stand. A child does the work, so that no
 * Strapi stays in a process that only starts others.
 */
export function prepareApp(): void {
  const file = migratedFile();
  // Strapi's local upload provider refuses to start without it.
  mkdirSync(path.join(APP_DIR, 'public', 'uploads'), { recursive: true });
  if (existsSync(file) && existsSync(path.join(DIST_DIR, 'config', 'server.js'))) return;
  mkdirSync(TMP_DIR, { recursive: true });
  const unfinished = path.join(TMP_DIR, `${process.pid}.db`);
  try {
    execFileSync(process.execPath, [path.join(APP_DIR, 'migrate.js'), unfinished], { stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    const said = `${stdout?.toString() ?? ''}${stderr?.toString() ?? ''}`;
    throw new Error(`The test app does not compile or boot:\n${said}`, { cause: error });
  }
  for (const old of readdirSync(TMP_DIR)) if (old.startsWith('migrated-')) rmSync(path.join(TMP_DIR, old));
  // Whole or not there: other test runs may be looking.
  renameSync(unfinished, file);
}

/** The migrated SQLite file that belongs to the app as it is now: a boot from a copy takes a fraction of a first one. */
export function migratedFile(): string {
  const { version } = JSON.parse(readFileSync(require.resolve('@strapi/strapi/package.json'), 'utf8')) as {
    version: string;
  };
  const hash = createHash('sha256').update(version);
  for (const file of SOURCES.flatMap(filesOf)) {
    hash.update(path.relative(APP_DIR, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return path.join(TMP_DIR, `migrated-${hash.digest('hex').slice(0, 16)}.db`);
}

function filesOf(source: string): string[] {
  const root = path.join(APP_DIR, source);
  if (path.extname(source)) return [root];
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [])).sort();
}
