import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { APP_DIR, DIST_DIR, prepareApp } from '../integration/test-app';
import type { AppKind } from './apps';
import type { PackageManager } from './managers';
import { runCommand } from './run-command';
import { sqliteDriver } from './sqlite-driver';
import type { Manifest, Tarball } from './tarball';

/** Of the test app; `plugins` is the clean app's own. */
const CONFIGURATION = ['admin', 'api', 'database', 'middlewares', 'server'];
const DEPENDENCIES = [
  '@strapi/strapi',
  '@strapi/plugin-users-permissions',
  'react',
  'react-dom',
  'react-router-dom',
  'styled-components',
];
const DEV_DEPENDENCIES = ['@types/node', 'typescript'];
const JAVASCRIPT_APP = path.join(__dirname, 'javascript-app');
const TYPESCRIPT_APP = path.join(__dirname, 'typescript-app');

export interface CleanApp extends AppKind {
  directory: string;
  manager: PackageManager;
}

/** Writes a plain Strapi app that has the tarball among its dependencies: the test app's article type, no more. */
export function writeApp({ directory, manager, language }: CleanApp, tarball: Tarball, manifest: Manifest): void {
  prepareApp();
  const typescript = language === 'TypeScript';
  const [from, extension] = typescript ? [APP_DIR, 'ts'] : [DIST_DIR, 'js'];
  cpSync(path.join(__dirname, 'start.js'), path.join(directory, 'start.js'));
  cpSync(typescript ? TYPESCRIPT_APP : JAVASCRIPT_APP, directory, { recursive: true });
  // Of a JavaScript app only the types are looked at: what an editor does with them.
  if (!typescript) cpSync(TYPESCRIPT_APP, typedDirectory({ directory, language }), { recursive: true });
  for (const file of CONFIGURATION.map((name) => path.join('config', `${name}.${extension}`))) {
    cpSync(path.join(from, file), path.join(directory, file));
  }
  const article = path.join('src', 'api', 'article');
  cpSync(path.join(from, article), path.join(directory, article), { recursive: true });
  for (const empty of ['public/uploads', '.tmp']) mkdirSync(path.join(directory, empty), { recursive: true });

  const overrides = overridesOf(manifest);
  const description = { ...describe(tarball, manifest), ...manager.manifest(overrides) };
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify(description, null, 2));
  for (const [name, text] of Object.entries(manager.files(overrides))) writeFileSync(path.join(directory, name), text);
}

function describe(tarball: Tarball, { name, devDependencies }: Manifest): Record<string, unknown> {
  const versions = (names: string[]) => Object.fromEntries(names.map((one) => [one, devDependencies[one]]));
  return {
    name: 'clean-app',
    version: '0.0.0',
    private: true,
    dependencies: {
      ...versions(DEPENDENCIES),
      'better-sqlite3': sqliteDriver(process.versions.node),
      [name]: `file:${tarball.file}`,
    },
    devDependencies: versions(DEV_DEPENDENCIES),
    strapi: { telemetryDisabled: true },
  };
}

/** `$name` stands for the version among one's own dependencies, which an app does not have. */
function overridesOf({ overrides, devDependencies }: Manifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(overrides).map(([name, version]) => [
      name,
      version.startsWith('$') ? devDependencies[version.slice(1)] : version,
    ]),
  );
}

export async function installApp({ directory, manager }: CleanApp): Promise<void> {
  const [command, ...args] = manager.install;
  // Headers that are on the machine save node-gyp a download.
  const prefix = path.dirname(path.dirname(process.execPath));
  const headers: Record<string, string> = existsSync(path.join(prefix, 'include', 'node'))
    ? { npm_config_nodedir: prefix }
    : {};
  await runCommand(command, args, directory, headers);
}

/** `strapi build`: compiles the app and builds the admin panel. */
export async function buildApp({ directory }: CleanApp, env: Record<string, string>): Promise<void> {
  const strapi = path.join('node_modules', '@strapi', 'strapi', 'bin', 'strapi.js');
  await runCommand(process.execPath, [strapi, 'build'], directory, { ...env, NODE_ENV: 'production' });
}

/** What compiles, and what in it misspelt must not. */
const TYPED = [
  { file: 'config/plugins.ts', right: 'quietMs', wrong: 'quietMS' },
  { file: 'src/app-contract.ts', right: 'content.rev', wrong: 'content.revision' },
  { file: 'src/app-contract.ts', right: "'unpublish'", wrong: "'withdraw'" },
];

/** @throws when the package's types do not compile in the app, or accept what is misspelt as well */
export async function expectTypes(app: CleanApp): Promise<void> {
  const compile = async () => {
    const tsc = path.join(app.directory, 'node_modules', 'typescript', 'bin', 'tsc');
    await runCommand(process.execPath, [tsc, '--noEmit', '-p', '.'], typedDirectory(app));
  };
  await compile();
  for (const { file, right, wrong } of TYPED) {
    const absolute = path.join(typedDirectory(app), file);
    const text = readFileSync(absolute, 'utf8');
    writeFileSync(absolute, text.replace(right, wrong));
    // The compiler names a property without what it is of.
    await assert.rejects(compile(), new RegExp(`${file}.*${wrong.replace(/^.*\.|'/g, '')}`));
    writeFileSync(absolute, text);
  }
  rmSync(path.join(typedDirectory(app), 'dist'), { recursive: true, force: true });
}

const typedDirectory = ({ directory, language }: Pick<CleanApp, 'directory' | 'language'>) =>
  language === 'TypeScript' ? directory : path.join(directory, 'typed');
