import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { onServer, type DatabaseServer } from '../integration/database-servers';
import { freePort } from '../integration/free-port';
import { until } from '../until';
import { installPackage } from './npm-package';
import type { ServerRecipe } from './recipes';
import { prepareRoot, spawnInRoot, type Mounts } from './root';

const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 60_000;

export interface RunningServer extends DatabaseServer {
  stop(): Promise<void>;
}

/**
 * Starts the recipe's server on a free port with an empty data directory of its own, which goes when it stops.
 * @throws when it does not answer in time, with what it wrote
 */
export async function startServer(recipe: ServerRecipe): Promise<RunningServer> {
  const root = await prepareRoot(recipe.suite, recipe.packages);
  const opt = recipe.npm && (await installPackage(recipe.npm));
  const srv = mkdtempSync(path.join(os.tmpdir(), 'bgp-server-'));
  const remove = () => rmSync(srv, { recursive: true, force: true });
  const mounts: Mounts = { srv, opt };
  try {
    if (recipe.startSql) writeFileSync(path.join(srv, 'start.sql'), recipe.startSql);
    await finish(spawnInRoot(root, mounts, recipe.initialise));
    const address = { ...recipe.login, host: '127.0.0.1', port: await freePort() };
    const child = spawnInRoot(root, mounts, recipe.serve(address.port));
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    const stop = async (): Promise<void> => {
      await end(child, recipe.stopSignal);
      process.off('exit', kill);
      remove();
    };
    await answer(child, async () =>
      onServer(recipe.client, address, async (connection) => connection.raw('SELECT 1')),
    ).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { ...address, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Waits until `ask` is answered, as long as the child lives. */
async function answer(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  const said = collect(child);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with code ${code}:\n${said()}`);
  });
  const answered = until(async () => ask().then(() => true), {
    within: START_WITHIN_MS,
    what: 'An answer of the server',
  });
  await Promise.race([answered, ended]).catch((error: Error) => {
    throw new Error(`${error.message}\n${said()}`, { cause: error });
  });
  ended.catch(() => undefined); // Its end, when the tests are over, is no failure.
}

/** @throws when the child fails, with what it wrote */
async function finish(child: ChildProcess): Promise<void> {
  const said = collect(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The server's data directory could not be made (code ${code}):\n${said()}`);
}

function collect(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return () => output;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(late);
}
