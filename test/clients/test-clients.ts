import { parseArgs } from 'node:util';
import type { Database } from '../integration/databases';
import { findServers } from '../integration/database-servers';
import { wholeNumber } from '../bench/whole-number';
import type { Check, Client } from './client';
import { createCounter } from './counter';
import type { Program } from './driver';
import { play, type Servers } from './play';
import { makeRandomEdits } from './random-edits';
import { startRealServer } from './real-server';
import { RULES, type Rule } from './rules';
import { readScenarios, type Scenario } from './scenario';
import { startScriptedServer } from './scripted-server';
import { swiftClient } from './swift-client';
import { typescriptClient } from './typescript-client';

const HELP = `npm run test:clients -- [--only <part of a name>] [--client <name>] [--edits <number>] [--json]

Plays every scenario of clients/scenarios with each client: against a Strapi with the plugin whose pushes end at an APNs
simulator, or against a server that answers what the scenario says. Then it breaks the client's rules, each in turn, and sees
that a scenario notices.

Last it edits at random, on SQLite and PostgreSQL, while an app of each client goes on- and offline and is killed, and
compares.

  --only    only scenarios with this in their name, and nothing else
  --client  only this one: typescript or swift
  --edits   how many, on each database; default 100
  --json    prints one line of figures at the end of stdout, everything else on stderr

Swift needs a toolchain: an installed one, or that of clients/swift/toolchain. Where there is none yet it is skipped, and said so;
with REQUIRE_SERVICES=1 it is made. The examples for Expo are compiled with packages of the npm registry.
`;

type Say = (line: string) => void;

/** Runs all; sets the exit code. */
export async function testClients(args: string[]): Promise<void> {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        client: { type: 'string' },
        edits: { type: 'string', default: '100' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return void process.stdout.write(HELP);
    const report = values.json ? process.stderr : process.stdout;
    const say: Say = (line) => void report.write(`${line}\n`);
    const clients = clientsOf(values.client, say);
    try {
      const { isRight, ...figures } = await run(clients, values.only, wholeNumber('--edits', values.edits, 0), say);
      if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
      process.exitCode = isRight ? 0 : 1;
    } finally {
      for (const client of clients) client.remove();
    }
  } catch (error) {
    process.stderr.write(`The clients were not tested: ${(error as Error).stack}\n`);
    process.exitCode = 1;
  }
}

/** @param only the name of one; undefined: all */
function clientsOf(only: string | undefined, say: Say): Client[] {
  const makers = { typescript: typescriptClient, swift: swiftClient };
  if (only !== undefined && !Object.hasOwn(makers, only))
    throw new Error(`--client: there is no “${only}”, only ${Object.keys(makers).join(' and ')}.`);
  return Object.entries(makers).flatMap(([name, make]) => {
    if (only !== undefined && name !== only) return [];
    const client = make();
    if (!client) say(`${name}: skipped, there is no toolchain yet; clients/swift/toolchain swift --version makes one`);
    return client ?? [];
  });
}

interface Counts {
  passed: number;
  failed: number;
  /** Rules that were broken, and those of which no scenario noticed. */
  broken: number;
  unnoticed: number;
}

interface Trial {
  clients: readonly Client[];
  scenarios: readonly Scenario[];
  servers: Servers;
  /** By the client's name. */
  counts: ReadonlyMap<string, Counts>;
  say: Say;
}

async function run(clients: readonly Client[], only: string | undefined, edits: number, say: Say) {
  const scenarios = readScenarios().filter(({ name }) => only === undefined || name.includes(only));
  if (scenarios.length === 0) throw new Error(`No scenario has “${only}” in its name.`);
  const isWhole = only === undefined;
  const counter = createCounter();
  const scripted = await startScriptedServer(counter);
  const real = await startRealServer('sqlite', counter);
  const counts = new Map(clients.map(({ name }) => [name, { passed: 0, failed: 0, broken: 0, unnoticed: 0 }]));
  try {
    const trial: Trial = { clients, scenarios, servers: { real, scripted, counter }, counts, say };
    await playAll(trial);
    if (isWhole) await check(trial);
    if (isWhole) await breakAll(trial);
  } finally {
    await scripted.stop();
    await real.stop();
  }
  const randomEdits = await edit(clients, isWhole ? edits : 0, say);
  const all = [...counts.values()];
  return {
    scenarios: scenarios.length,
    ...Object.fromEntries(counts),
    randomEdits,
    isRight: all.every((one) => one.failed + one.unnoticed === 0) && randomEdits.missing + randomEdits.stale === 0,
  };
}

/** A table: scenario × client. */
async function playAll({ clients, scenarios, servers, counts, say }: Trial): Promise<void> {
  say(`\n| scenario | server | ${clients.map(({ name }) => name).join(' | ')} |`);
  say(`| --- | --- |${' --- |'.repeat(clients.length)}`);
  for (const scenario of scenarios) {
    const verdicts: string[] = [];
    for (const { name, program } of clients) {
      const problem = await problemOf(scenario, program, servers);
      counts.get(name)![problem ? 'failed' : 'passed'] += 1;
      verdicts.push(problem ? `FAILED: ${problem}` : 'passed');
    }
    say(`| ${scenario.name} | ${scenario.server} | ${verdicts.join(' | ')} |`);
  }
}

/** What no scenario can see. */
async function check({ clients, counts, say }: Trial): Promise<void> {
  say('\n| client | check | |\n| --- | --- | --- |');
  for (const { name, checks } of clients) {
    for (const one of checks) {
      const { isRight, verdict } = await verdictOf(one);
      counts.get(name)![isRight ? 'passed' : 'failed'] += 1;
      say(`| ${name} | ${one.name} | ${verdict} |`);
    }
  }
}

async function verdictOf({ run: check }: Check): Promise<{ isRight: boolean; verdict: string }> {
  try {
    return { isRight: true, verdict: await check() };
  } catch (error) {
    return { isRight: false, verdict: `FAILED: ${(error as Error).message}` };
  }
}

async function breakAll({ clients, scenarios, servers, counts, say }: Trial): Promise<void> {
  say('\n| client | rule that was broken | noticed by |\n| --- | --- | --- |');
  for (const client of clients) {
    for (const rule of Object.keys(RULES) as Rule[]) {
      const by = await noticedBy(client, rule, scenarios, servers);
      const count = counts.get(client.name)!;
      count.broken += 1;
      if (by === null) count.unnoticed += 1;
      say(`| ${client.name} | ${RULES[rule].broken} | ${by ?? 'NOBODY'} |`);
    }
  }
}

async function noticedBy(client: Client, rule: Rule, scenarios: readonly Scenario[], servers: Servers) {
  const program = client.broken(rule);
  for (const name of RULES[rule].scenarios) {
    const scenario = scenarios.find((one) => one.name === name);
    if (!scenario) throw new Error(`There is no scenario “${name}”.`);
    if (await problemOf(scenario, program, servers)) return name;
  }
  return null;
}

async function edit(clients: readonly Client[], edits: number, say: Say) {
  const sum = { edits: 0, missing: 0, stale: 0 };
  if (edits === 0) return sum;
  say('\n| database | random edits | missing | stale | not compared, as Strapi has them twice |');
  say('| --- | --- | --- | --- | --- |');
  for (const database of await databasesThere(say)) {
    const done = await makeRandomEdits(clients, database, edits, say);
    say(`| ${database} | ${done.edits} | ${done.missing} | ${done.stale} | ${done.doubled} |`);
    for (const name of ['edits', 'missing', 'stale'] as const) sum[name] += done[name];
  }
  return sum;
}

/** Databases that random edits are made on; one that is absent is named, and with REQUIRE_SERVICES=1 an error. */
async function databasesThere(say: Say): Promise<Database[]> {
  const { postgres } = await findServers();
  if (postgres) return ['sqlite', 'postgres'];
  if (process.env.REQUIRE_SERVICES === '1') throw new Error('REQUIRE_SERVICES=1, but there is no PostgreSQL.');
  say('| postgres | skipped: none answers | | | |');
  return ['sqlite'];
}

async function problemOf(scenario: Scenario, program: Program, servers: Servers): Promise<string | null> {
  try {
    await play(scenario, program, servers);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
