import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PACKAGE_DIR } from '../demo/build-panel';
import { runCommand } from '../package/run-command';
import type { NodeBinary } from './node-binary';
import type { RunningServer } from './server';
import type { DatabaseVersion } from './table';
import { prepareTree } from './tree';

/** What is run on a pair. */
export const CHECKS = ['unit', 'integration', 'demo'] as const;
export type CheckName = (typeof CHECKS)[number];

/** How a check ended: a cell of the table, and, where it failed, the first thing that went wrong and all that was said. */
export type Verdict = { ok: true; text: string } | { ok: false; text: string; firstError: string; output: string };

/** What the integration tests and the demo are run on. */
export interface Subject {
  node: NodeBinary;
  database: DatabaseVersion;
  /** null: the database has none. */
  server: RunningServer | null;
}

/** Nothing that the unit tests load is compiled for one Node.js, so they run where they are. */
export async function runUnit(node: NodeBinary): Promise<Verdict> {
  return runJest('unit', PACKAGE_DIR, node.env);
}

export async function runIntegration(subject: Subject): Promise<Verdict> {
  const tree = await prepareTree(subject.node);
  return runJest('integration', tree, { ...environmentOf(subject), REQUIRE_SERVICES: '1' });
}

export async function runDemo(subject: Subject): Promise<Verdict> {
  const tree = await prepareTree(subject.node);
  const demo = ['test/demo/run.js', '--once', '--json', '--database', subject.database.client];
  const said = await runCommand('node', demo, tree, environmentOf(subject));
  const { received } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { received: number };
  return { ok: true, text: `${received} woken` };
}

/** Turns whatever keeps a check from its verdict into a failure with a name. */
export async function attempt(check: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await check();
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    // A command's message begins with the command; what it said itself comes below.
    const lines = output.split('\n').filter((line) => line.trim() !== '');
    const firstError = lines.find((line) => /error|failed: /i.test(line)) ?? lines[0];
    return { ok: false, text: 'failed', firstError, output };
  }
}

async function runJest(project: string, cwd: string, env: Record<string, string>): Promise<Verdict> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bgp-matrix-'));
  const results = path.join(folder, 'jest.json');
  const jest = path.join('node_modules', 'jest', 'bin', 'jest.js');
  const args = [jest, '--selectProjects', project, '--json', `--outputFile=${results}`];
  try {
    const failure = await runCommand('node', args, cwd, env).then(
      () => null,
      (error: Error) => error,
    );
    // Without results, Jest did not come to run a test.
    if (failure && !existsSync(results)) throw failure;
    const report = JSON.parse(readFileSync(results, 'utf8')) as JestReport;
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    if (!failure) return { ok: true, text: `${report.numPassedTests} passed` };
    const text = `${failed} of ${report.numPassedTests + failed} failed`;
    return { ok: false, text, firstError: firstErrorOf(report), output: failure.message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node.js, and the one database that the tests are to run on. */
function environmentOf({ node, database, server }: Subject): Record<string, string> {
  const env = { ...node.env, TEST_DATABASES: database.client };
  if (!server) return env;
  const { host, port, user, password } = server;
  return database.client === 'postgres'
    ? { ...env, PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password }
    : { ...env, MYSQL_HOST: host, MYSQL_PORT: `${port}`, MYSQL_USER: user, MYSQL_PASSWORD: password };
}

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function firstErrorOf({ testResults }: JestReport): string {
  for (const { name, status, message, assertionResults } of testResults) {
    const failed = assertionResults.find((assertion) => assertion.status === 'failed');
    if (failed) return `${failed.fullName}: ${firstLine(failed.failureMessages[0] ?? '')}`;
    if (status === 'failed') return `${path.basename(name)}: ${firstLine(message)}`;
  }
  return 'Jest failed without a failed test.';
}

const firstLine = (message: string): string =>
  stripVTControlCharacters(message)
    .split('\n')
    .find((line) => line.trim() !== '') ?? '';
