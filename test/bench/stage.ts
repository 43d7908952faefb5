import path from 'node:path';
import type { Knex } from 'knex';
import { createDatabase, type Database } from '../integration/databases';
import { openDatabase } from '../integration/open-database';
import { BUNDLE_ID, pluginConfig } from '../integration/scene';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { startSimulatorProcess, type SimulatorProcess } from '../simulator';

export const ARTICLE = 'api::article.article';

/** Two Strapi processes, each on a fresh database of the same kind, and the APNs of the one that has the plugin. */
export interface Stage {
  with: StrapiProcess;
  without: StrapiProcess;
  simulator: SimulatorProcess;
  /** To the database of the process with the plugin. */
  knex: Knex;
  close(): Promise<void>;
}

/** One Strapi process that only sends. */
export type SendingStage = Omit<Stage, 'without'>;

const TRIGGERS = 5;
const PRELOADED = `--require ${path.resolve(__dirname, 'loop-delay.js')}`;

/** @throws what a step threw, after the steps before it were undone */
async function open<T>(
  steps: (closing: (() => Promise<unknown>)[]) => Promise<T>,
): Promise<T & { close(): Promise<void> }> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    return { ...(await steps(closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function openStage(database: Database): Promise<Stage> {
  return open(async (closing) => {
    const simulator = await startSimulatorProcess({ fast: true });
    closing.push(simulator.stop);
    const env = { NODE_ENV: 'production' };
    const strapi = await startProcess({ database, env, config: configFor(simulator) });
    closing.push(strapi.stop);
    const other = await startProcess({ database, env: { ...env, BACKGROUND_PUSH_ENABLED: 'false' } });
    closing.push(other.stop);
    const knex = openDatabase(strapi.database);
    closing.push(() => knex.destroy());
    return { with: strapi, without: other, simulator, knex };
  });
}

/** @param configOf the plugin's configuration, with the APNs in it */
export async function openSendingStage(database: Database, configOf = configFor): Promise<SendingStage> {
  return open(async (closing) => {
    const simulator = await startSimulatorProcess({ fast: true });
    closing.push(simulator.stop);
    const own = await createDatabase(database);
    closing.push(() => own.drop());
    const env = { NODE_ENV: 'production', NODE_OPTIONS: PRELOADED };
    const strapi = await startProcess({ database: own, env, config: configOf(simulator) });
    closing.push(() => strapi.kill('SIGTERM'));
    const knex = openDatabase(own);
    closing.push(() => knex.destroy());
    return { with: strapi, simulator, knex };
  });
}

/**
 * Five triggers on the article. The sandbox lane is unlimited and sends while articles are published, as an editorial
 * office's does.
 */
export function configFor({ origin, ca }: SimulatorProcess): Record<string, unknown> {
  const { delivery: _short, ...config } = pluginConfig({ production: { origin, ca }, sandbox: { origin, ca } });
  return {
    ...config,
    triggers: Array.from({ length: TRIGGERS }, (_, n) => ({
      name: `articles ${n + 1}`,
      contentType: ARTICLE,
      wakeOn: n % 2 === 0 ? ['publish'] : ['publish', 'unpublish', 'delete'],
      apps: [BUNDLE_ID],
    })),
    coalesce: { quietMs: 200, maxWaitMs: 2_000, pushesPerHour: { production: 0, sandbox: 0 } },
  };
}
