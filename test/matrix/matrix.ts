import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache';
import { attempt, runDemo, runIntegration, runUnit, type CheckName, type Subject, type Verdict } from './checks';
import { fetchNode } from './node-binary';
import { HELP, parseOptions, type MatrixOptions } from './options';
import { firstErrors, toTable, type Line } from './report';
import { startServer } from './server';
import { DATABASES, type DatabaseVersion, type NodeRange } from './table';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the table, one pair after the other; sets the exit code. */
export async function matrix(args: string[]): Promise<void> {
  // A running server, and what it wrote, go at exit.
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const options = parseOptions(args);
    if (options.help) return say(HELP);
    const lines = await runPairs(options);
    const errors = firstErrors(lines);
    say(`\n${toTable(lines, options.checks)}\n`);
    for (const error of errors) say(error);
    say(`${lines.length} pairs, ${errors.length} failures`);
    process.exitCode = errors.length === 0 ? 0 : 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function runPairs({ pairs, checks }: MatrixOptions): Promise<Line[]> {
  const nodes = forEach(fetchNode);
  // The same on every database.
  const unit = forEach(async (range: NodeRange) => attempt(async () => runUnit(await nodes(range))));
  const lines: Line[] = [];
  for (const { node: range, database: name } of pairs) {
    const line: Line = { node: range, database: DATABASES[name].title, verdicts: {} };
    lines.push(line);
    await onDatabase(DATABASES[name], async (server) => {
      for (const check of checks) {
        const since = performance.now();
        const verdict =
          check === 'unit'
            ? await unit(range)
            : await attempt(async () => {
                const node = await nodes(range);
                return ON_DATABASE[check]({ node, database: DATABASES[name], server: await server() });
              });
        line.verdicts[check] = verdict;
        tell(line, check, verdict, performance.now() - since);
      }
    });
  }
  return lines;
}

const ON_DATABASE: Record<Exclude<CheckName, 'unit'>, (subject: Subject) => Promise<Verdict>> = {
  integration: runIntegration,
  demo: runDemo,
};

/** Hands out the database's server, started when it is first asked for, and stops it after `work`. */
async function onDatabase(
  { recipe }: DatabaseVersion,
  work: (server: () => Promise<Subject['server']>) => Promise<void>,
): Promise<void> {
  let starting: Promise<Subject['server']> | undefined;
  await work(() => (starting ??= recipe ? startServer(recipe) : Promise.resolve(null)));
  const server = await starting?.catch(() => null); // Why it did not start is the verdict of each check.
  await server?.stop();
}

/** @returns `work`, done once for each argument */
function forEach<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  const done = new Map<A, Promise<R>>();
  return (argument) => {
    if (!done.has(argument)) done.set(argument, work(argument));
    return done.get(argument)!;
  };
}

/** Says how a check ended, and where all of a failed one's output is. */
function tell({ node, database }: Line, check: CheckName, verdict: Verdict, ms: number): void {
  const title = `Node.js ${node}, ${database}, ${check}`;
  say(`${verdict.ok ? '✓' : '✗'} ${title}: ${verdict.text} (${Math.round(ms / 1000)} s)`);
  if (verdict.ok) return;
  const file = path.join(cacheFolder('logs'), `${title.replace(/[^\w.]+/g, '-')}.log`);
  writeFileSync(file, verdict.output);
  say(`  ${verdict.firstError}\n  ${file}`);
}
