import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What an Expo project of today has, with the types that they come with. Their scripts and peers are not needed to compile. */
const PACKAGES = [
  'expo-application@58.0.4',
  'expo-modules-core@58.1.0',
  'expo-notifications@58.0.2',
  'expo-secure-store@57.0.4',
  'expo-sqlite@57.0.3',
  'expo-task-manager@58.0.4',
  'react-native@0.88.1',
  '@types/react@19.3.0',
];

const COMMON = { module: 'ESNext', moduleResolution: 'Bundler', target: 'ES2022', strict: true, noEmit: true };

/** What each app's entry is compiled with. */
const PROJECTS: Record<string, object> = {
  'content.ts': {
    ...COMMON,
    ...{ customConditions: ['react-native'], lib: ['ES2022'], types: ['react-native'], skipLibCheck: true },
  },
  'web.ts': { ...COMMON, lib: ['ES2022', 'DOM'], types: [] },
};

/**
 * Compiles the files that the client's README shows, for Expo and for the web, with the packed client in a project of its own.
 *
 * @param folder the client's
 * @returns what was compiled; @throws what npm or the compiler said
 */
export function compileExamples(folder: string): string {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const files = [...readme.matchAll(/^```ts\n\/\/ (\w+\.ts)[^\n]*\n([\s\S]*?)^```/gm)];
  if (files.length === 0) throw new Error(`${folder}/README.md shows no file.`);
  const project = mkdtempSync(path.join(os.tmpdir(), 'expo-'));
  const run = (command: string, args: readonly string[], cwd = project): string => {
    try {
      return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${path.basename(command)} ${args[0]}: ${(stdout + stderr).slice(0, 1_000)}`, { cause: error });
    }
  };
  try {
    const tarball = run('npm', ['pack', '--silent', '--pack-destination', project], folder).trim().split('\n').pop()!;
    writeFileSync(path.join(project, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
    const quiet = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent'];
    run('npm', ['install', ...quiet, ...PACKAGES, `./${tarball}`]);
    for (const [, name, text] of files) writeFileSync(path.join(project, name!), text!);
    for (const [file, compilerOptions] of Object.entries(PROJECTS)) {
      writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
      run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', project]);
    }
    return files.map(([, name]) => name).join(', ');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
