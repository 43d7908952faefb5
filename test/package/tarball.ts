import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { PACKAGE_DIR } from '../demo/build-panel';
import { runCommand } from './run-command';

export interface Tarball {
  file: string;
  /** Paths inside the package. */
  entries: string[];
}

export interface Manifest {
  name: string;
  exports: Record<string, string | Record<string, string>>;
  /** The same types once more, for apps with `moduleResolution: Node`, which does not look at `exports`. */
  typesVersions: { '*': Record<string, [string]> };
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
}

/** What a user gets: the build and what is to be read. */
const ALLOWED = /^(dist\/.+|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;

/** The build has no TypeScript but declarations; what only tests need has no place in it. */
const FORBIDDEN = /(^|\/)(test|tests|__tests__|node_modules)\/|(?<!\.d)\.tsx?$|\.test\.|\.tsbuildinfo$/;

/** Packs the repository into `directory`, as `npm publish` would. */
export async function packTarball(directory: string): Promise<Tarball> {
  const said = await runCommand('npm', ['pack', '--json', '--pack-destination', directory], PACKAGE_DIR);
  const [{ filename, files }] = JSON.parse(said) as [{ filename: string; files: { path: string }[] }];
  return { file: path.join(directory, filename), entries: files.map((file) => file.path) };
}

/** @throws AssertionError naming what is too much or missing */
export function expectOnlyTheBuild({ entries }: Tarball): void {
  const strangers = entries.filter((entry) => !ALLOWED.test(entry) || FORBIDDEN.test(entry));
  assert.deepEqual(strangers, [], 'the tarball holds what nobody needs');
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    assert.ok(entries.includes(name), `${name} is not in the tarball`);
  }
}

const isCode = (entry: string): boolean => /^dist\/.+\.m?js$/.test(entry);

/** What only the fault suite knows: a process in production must not be told where to die. */
const OF_TESTS = /BACKGROUND_PUSH_TEST|FAULTS_|[Ff]ailpoint|FAILPOINT|SIGSTOP/;

/** @throws AssertionError naming the files of the build that hold something of the tests */
export function expectNothingOfTests({ entries }: Tarball): void {
  const code = entries.filter(isCode);
  assert.notEqual(code.length, 0, 'the tarball holds no code');
  const telling = code.filter((entry) => OF_TESTS.test(readFileSync(path.join(PACKAGE_DIR, entry), 'utf8')));
  assert.deepEqual(telling, [], 'the build holds something of the tests');
}

/** Of other packages: `require('x')`, `import('x')`, `import … from 'x'`; a name of its own begins with a dot. */
const IMPORT = /(?:\brequire\(|\bimport\(|^(?:import|\})[^'"\n]* from |^import )["']([^'".][^'"]*)["']/gm;

/** @throws AssertionError naming packages that the build imports, and that a strict package manager would not give it */
export function expectDeclaredImports({ entries }: Tarball, { dependencies, peerDependencies }: Manifest): void {
  const texts = entries.filter(isCode).map((entry) => readFileSync(path.join(PACKAGE_DIR, entry), 'utf8'));
  const imported = texts.flatMap((text) => [...text.matchAll(IMPORT)].map(([, name]) => name));
  const packages = imported.filter((name) => !isBuiltin(name)).map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
  const undeclared = packages.filter((name) => !(name in dependencies) && !(name in peerDependencies));
  assert.deepEqual([...new Set(undeclared)], [], 'the build imports what package.json does not declare');
}

/** @throws AssertionError naming a file that package.json promises and the tarball lacks, or types that differ */
export function expectEveryExport({ entries }: Tarball, { exports, typesVersions }: Manifest): void {
  for (const [name, target] of Object.entries(exports)) {
    for (const [condition, file] of Object.entries(typeof target === 'string' ? { default: target } : target)) {
      // `source` is for the build alone.
      if (condition === 'source') continue;
      const entry = path.posix.normalize(file);
      assert.ok(entries.includes(entry), `exports["${name}"].${condition} is ${file}, which is not in the tarball`);
      if (condition === 'types')
        assert.deepEqual(typesVersions['*'][path.posix.normalize(name)], [file], `${name}: types`);
    }
  }
}
