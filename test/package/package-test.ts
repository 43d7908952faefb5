import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildPackage, PACKAGE_DIR } from '../demo/build-panel';
import { APPS } from './apps';
import { MANAGERS, type ManagerName } from './managers';
import { HELP, parseOptions, type PackageTestOptions } from './options';
import { runSteps, type Result } from './steps';
import {
  expectDeclaredImports,
  expectEveryExport,
  expectNothingOfTests,
  expectOnlyTheBuild,
  packTarball,
  type Manifest,
} from './tarball';
import { tryPackage, type Package } from './try-package';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Packs the plugin, installs it into a clean Strapi app for each package manager and publishes there; sets the exit code. */
export async function testPackage(args: string[]): Promise<void> {
  // An interrupted run leaves neither an app of hundreds of MB nor a Strapi behind.
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  let options: PackageTestOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    say(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return;
  }
  if (options.help) return say(HELP);

  // Outside the repository: nothing of its node_modules may be found by looking further up.
  const root = mkdtempSync(path.join(os.tmpdir(), 'bgp-package-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  const results = await run(options.managers, root);
  const sum = (kind: keyof Result) => results.reduce((total, result) => total + result[kind], 0);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

async function run(managers: readonly ManagerName[], root: string): Promise<Result[]> {
  const manifest = JSON.parse(readFileSync(path.join(PACKAGE_DIR, 'package.json'), 'utf8')) as Manifest;
  let packed: Package | undefined;
  const packing = await runSteps(async (step) => {
    const tarball = await step('the package builds and packs', async () => {
      await buildPackage();
      return packTarball(root);
    });
    await step('the tarball holds dist, README, LICENSE, CHANGELOG and package.json only', () =>
      expectOnlyTheBuild(tarball),
    );
    await step('the build holds nothing of the fault suite', () => expectNothingOfTests(tarball));
    await step('the tarball holds every file that package.json exports', () => expectEveryExport(tarball, manifest));
    await step('the build imports only what package.json declares', () => expectDeclaredImports(tarball, manifest));
    packed = { tarball, manifest };
  });
  if (!packed) return [packing];

  const results: Result[] = [];
  for (const name of managers) {
    const directory = path.join(root, name);
    mkdirSync(directory);
    if (managers.length > 1) say(`\n${titleOf(name)}`);
    results.push(await tryPackage(packed, { ...APPS[name], directory, manager: MANAGERS[name] }));
  }
  if (managers.length > 1) say(`\n${toTable(managers, results)}\n`);
  return [packing, ...results];
}

function titleOf(name: ManagerName): string {
  const { language, addresses } = APPS[name];
  return `${MANAGERS[name].title}, ${language}, ${addresses.below}${addresses.restPrefix}, ${addresses.below}${addresses.adminUrl}`;
}

function toTable(managers: readonly ManagerName[], results: readonly Result[]): string {
  const rows = managers.map((name, index) => {
    const { passed, failed } = results[index];
    return [titleOf(name), failed === 0 ? `passed, ${passed} steps` : `FAILED after ${passed} steps`];
  });
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, result]) => `${title.padEnd(width)}  ${result}`).join('\n');
}
