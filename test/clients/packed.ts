import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** What an app of each kind has in its `tsconfig.json`: none has the DOM's types, and React Native's bundler resolves as Metro does. */
const PROJECTS: Record<string, object> = {
  'Node.js, import': { module: 'NodeNext', moduleResolution: 'NodeNext' },
  'React Native, Expo, Vite': { module: 'ESNext', moduleResolution: 'Bundler' },
  'Node.js, require': { module: 'CommonJS', moduleResolution: 'Node10' },
};

const SAMPLE = `import { createContentSync, memoryContent, memoryStorage, parsePush, SyncError, type SyncResult } from 'background-push-client';

interface Article { title: string }

const content = memoryContent<Article>();
const sync = createContentSync<Article>({
  server: 'https://cms.example.com',
  app: 'com.example.news',
  handler: content,
  storage: { position: memoryStorage(), credentials: memoryStorage() },
  transport: async ({ method, url }) => ({ status: 404, header: () => null, body: method + url }),
});
export const titles = (): string[] => content.entries().map(({ content: { title } }) => title);
export const push = parsePush({ content: { epoch: 'e', since: 1, rev: 2 } });
export const failure = (result: SyncResult): SyncError | null => (result.result === 'failed' ? result.error : null);
export const run = (): Promise<SyncResult> => sync.sync();
`;

/** What an app's users download, gzipped, at most. */
const MOST_BYTES = 6_000;

export interface Packed {
  /** What is wrong, a line each. */
  problems: string[];
  gzippedBytes: number;
}

/** Packs a client as npm would publish it, and installs it into a project of nothing else. */
export function tryPacked(folder: string): Packed {
  const project = mkdtempSync(path.join(os.tmpdir(), 'packed-'));
  const problems: string[] = [];
  const run = (what: string, command: string, args: readonly string[], cwd = project): string => {
    try {
      return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      problems.push(`${what}: ${(stdout + stderr).slice(0, 500)}`);
      return '';
    }
  };
  try {
    const tarball = run('npm pack', 'npm', ['pack', '--silent', '--pack-destination', project], folder).trim();
    writeFileSync(path.join(project, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
    run('npm install', 'npm', [
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--silent',
      `./${tarball.split('\n').pop()}`,
    ]);
    const said =
      "createContentSync, parsePush } FROM; if (parsePush({ content: { epoch: 'e', rev: 1 } }).rev !== 1) process.exit(1)";
    run('import', 'node', [
      '--input-type=module',
      '-e',
      `import { ${said.replace('FROM', "from 'background-push-client'")}`,
    ]);
    run('require', 'node', [
      '--input-type=commonjs',
      '-e',
      `const { ${said.replace('FROM', "= require('background-push-client')")}`,
    ]);
    for (const [name, compilerOptions] of Object.entries(PROJECTS)) tryTypes(project, name, compilerOptions, run);
    return { problems, gzippedBytes: sizeOf(project, problems) };
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

type Run = (what: string, command: string, args: readonly string[]) => string;

function tryTypes(project: string, name: string, compilerOptions: object, run: Run): void {
  const isCommonJs = name.endsWith('require');
  writeFileSync(path.join(project, isCommonJs ? 'sample.cts' : 'sample.ts'), SAMPLE);
  const config = {
    compilerOptions: { ...compilerOptions, target: 'ES2022', lib: ['ES2022'], types: [], strict: true, noEmit: true },
    files: [isCommonJs ? 'sample.cts' : 'sample.ts'],
  };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(config));
  run(`types in ${name}`, process.execPath, [require.resolve('typescript/bin/tsc'), '-p', project]);
}

function sizeOf(project: string, problems: string[]): number {
  if (problems.length > 0) return 0;
  writeFileSync(path.join(project, 'whole.js'), "export * from 'background-push-client';\n");
  const outfile = path.join(project, 'out.js');
  buildSync({ absWorkingDir: project, entryPoints: ['whole.js'], outfile, bundle: true, minify: true, format: 'esm' });
  const bytes = gzipSync(readFileSync(outfile), { level: 9 }).length;
  if (bytes > MOST_BYTES) problems.push(`${bytes} bytes gzipped are more than ${MOST_BYTES}`);
  return bytes;
}
