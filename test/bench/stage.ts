import type { Knex } from 'knex';
import type { Database } from '../integration/databases';
import { openDatabase } from '../integration/open-database';
import { BUNDLE_ID, pluginConfig } from '../integration/scene';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { startSimulatorProcess, type SimulatorProcess } from './simulator-process';

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

const TRIGGERS = 5;

export async function openStage(database: Database): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const simulator = await startSimulatorProcess({ fast: true });
    closing.push(simulator.stop);
    const env = { NODE_ENV: 'production' };
    const strapi = await startProcess({ database, env, config: configFor(simulator) });
    closing.push(strapi.stop);
    const other = await startProcess({ database, env: { ...env, BACKGROUND_PUSH_ENABLED: 'false' } });
    closing.push(other.stop);
    const knex = openDatabase(strapi.database);
    closing.push(() => knex.destroy());
    return { with: strapi, without: other, simulator, knex, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Five triggers on the article. The sandbox lane is unlimited and sends while articles are published, as an editorial
 * office's does; the production lane may send once an hour, so that the measured push is one.
 */
function configFor({ origin, ca }: SimulatorProcess): Record<string, unknown> {
  const { delivery: _short, ...config } = pluginConfig({ production: { origin, ca }, sandbox: { origin, ca } });
  return {
    ...config,
    triggers: Array.from({ length: TRIGGERS }, (_, n) => ({
      name: `articles ${n + 1}`,
      contentType: ARTICLE,
      wakeOn: n % 2 === 0 ? ['publish'] : ['publish', 'unpublish', 'delete'],
      apps: [BUNDLE_ID],
    })),
    coalesce: { quietMs: 200, maxWaitMs: 2_000, pushesPerHour: { production: 1, sandbox: 0 } },
  };
}
