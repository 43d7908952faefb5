import { parseArgs } from 'node:util';
import { TYPESCRIPT_FOLDER, typescriptClient, MUTATIONS, type Client, type Mutation } from './clients';
import type { Database } from '../integration/databases';
import { findServers } from '../integration/database-servers';
import { wholeNumber } from '../bench/whole-number';
import { makeRandomEdits } from './random-edits';
import { createCounter } from './counter';
import { lateJoinerProblem } from './late-joiner';
import { tryPacked } from './packed';
import { play, type Servers } from './play';
import { startRealServer } from './real-server';
import { readScenarios, type Scenario } from './scenario';
import { startScriptedServer } from './scripted-server';

const HELP = `npm run test:clients -- [--only <part of a name>] [--json]

Plays every scenario of clients/scenarios with each client: against a Strapi with the plugin whose pushes end at an APNs
simulator, or against a server that answers what the scenario says. Then it breaks a rule of the client, each in turn, and
sees that a scenario notices.

Last it edits at random, on SQLite and PostgreSQL, while an app goes on- and offline and is killed, and compares.

  --edits  how many, on each database; default 100
  --only   only scenarios with this in their name, and nothing else
  --json   prints one line of figures at the end of stdout, everything else on stderr
`;

/** Runs all; sets the exit code. */
export async function testClients(args: string[]): Promise<void> {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        edits: { type: 'string', default: '100' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return void process.stdout.write(HELP);
    const report = values.json ? process.stderr : process.stdout;
    const say = (line: string) => void report.write(`${line}\n`);
    const figures = await run(values.only, wholeNumber('--edits', values.edits, 0), say);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    const { typescript, unnoticed, randomEdits } = figures;
    process.exitCode = typescript.failed + unnoticed + randomEdits.missing + randomEdits.stale === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`The clients were not tested: ${(error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

async function run(only: string | undefined, edits: number, say: (line: string) => void) {
  const scenarios = readScenarios().filter(({ name }) => only === undefined || name.includes(only));
  if (scenarios.length === 0) throw new Error(`No scenario has “${only}” in its name.`);
  const client = typescriptClient();
  const isWhole = only === undefined;
  const counter = createCounter();
  const scripted = await startScriptedServer(counter);
  const real = await startRealServer('sqlite', counter);
  const servers: Servers = { real, scripted, counter };
  let failed = 0;
  let unnoticed = 0;
  const packed = { gzippedBytes: 0 };
  try {
    failed = (await playAll(client, scenarios, servers, say)) + (await tryLateJoiner(say));
    if (isWhole) failed += tryPackage(say, packed);
    if (isWhole) unnoticed = await breakAll(client, scenarios, servers, say);
  } finally {
    await scripted.stop();
    await real.stop();
  }
  // The scenarios, one that no scenario can time, and the package.
  const tried = scenarios.length + (isWhole ? 2 : 1);
  const randomEdits = { edits: 0, missing: 0, stale: 0 };
  if (isWhole && edits > 0) {
    say('\n| database | random edits | missing | stale |\n| --- | --- | --- | --- |');
    for (const database of await databasesThere(say)) {
      const done = await makeRandomEdits(client, database, edits, say);
      say(`| ${database} | ${done.edits} | ${done.missing} | ${done.stale} |`);
      for (const name of ['edits', 'missing', 'stale'] as const) randomEdits[name] += done[name];
    }
  }
  return {
    scenarios: tried,
    typescript: { passed: tried - failed, failed, ...packed },
    broken: isWhole ? MUTATIONS.length : 0,
    unnoticed,
    randomEdits,
  };
}

/** Databases that random edits are made on; one that is absent is named, and with REQUIRE_SERVICES=1 an error. */
async function databasesThere(say: (line: string) => void): Promise<Database[]> {
  const { postgres } = await findServers();
  if (postgres) return ['sqlite', 'postgres'];
  if (process.env.REQUIRE_SERVICES === '1') throw new Error('REQUIRE_SERVICES=1, but there is no PostgreSQL.');
  say('| postgres | skipped: none answers | | |');
  return ['sqlite'];
}

/** @returns how many failed */
async function playAll(client: Client, scenarios: Scenario[], servers: Servers, say: (line: string) => void) {
  let failed = 0;
  say(`\n| scenario | server | ${client.name} |\n| --- | --- | --- |`);
  for (const scenario of scenarios) {
    const problem = await problemOf(scenario, client.program, servers);
    if (problem) failed += 1;
    say(`| ${scenario.name} | ${scenario.server} | ${problem ? `FAILED: ${problem}` : 'passed'} |`);
  }
  return failed;
}

/** What no scenario can time. @returns how many failed */
async function tryLateJoiner(say: (line: string) => void): Promise<number> {
  const problem = await lateJoinerProblem(TYPESCRIPT_FOLDER);
  say(`| a sync while the one before only reports | none | ${problem ? `FAILED: ${problem}` : 'passed'} |`);
  return problem ? 1 : 0;
}

/** @returns how many failed */
function tryPackage(say: (line: string) => void, packed: { gzippedBytes: number }): number {
  const { problems, gzippedBytes } = tryPacked(TYPESCRIPT_FOLDER);
  packed.gzippedBytes = gzippedBytes;
  const verdict = problems.length > 0 ? `FAILED: ${problems.join('; ')}` : `passed, ${gzippedBytes} bytes gzipped`;
  say(`| npm pack, installed: import, require, types | none | ${verdict} |`);
  return problems.length > 0 ? 1 : 0;
}

/** @returns how many broken rules no scenario noticed */
async function breakAll(client: Client, scenarios: Scenario[], servers: Servers, say: (line: string) => void) {
  let unnoticed = 0;
  say(`\n| rule that was broken | noticed by |\n| --- | --- |`);
  for (const mutation of MUTATIONS) {
    const by = await noticedBy(client, mutation, scenarios, servers);
    if (by === null) unnoticed += 1;
    say(`| ${mutation.name} | ${by ?? 'NOBODY'} |`);
  }
  return unnoticed;
}

async function noticedBy(client: Client, mutation: Mutation, scenarios: Scenario[], servers: Servers) {
  const { program, remove } = client.broken(mutation);
  try {
    for (const name of mutation.scenarios) {
      const scenario = scenarios.find((one) => one.name === name);
      if (!scenario) throw new Error(`There is no scenario “${name}”.`);
      if (await problemOf(scenario, program, servers)) return name;
    }
    return null;
  } finally {
    remove();
  }
}

async function problemOf(scenario: Scenario, program: Client['program'], servers: Servers): Promise<string | null> {
  try {
    await play(scenario, program, servers);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
