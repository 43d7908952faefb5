import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { TestDatabase } from './databases';

export interface MigrateOrder {
  database: Pick<TestDatabase, 'client' | 'env' | 'file'>;
  /** Killed before this statement of those that make or change a table; 0: never. */
  killAt: number;
  /** How many queries it falls behind the others that were set off with it. */
  lateBy: number;
}

export interface MigrateAnswer {
  /** The migrations that this process ran. */
  ran: string[];
  /** Why it could not. */
  problem?: string;
}

/** A process that migrates databases, one after the other. */
export interface Migrator {
  /** @returns null when the process was killed at it, as ordered */
  migrate(
    database: TestDatabase,
    order?: Partial<Pick<MigrateOrder, 'killAt' | 'lateBy'>>,
  ): Promise<MigrateAnswer | null>;
  stop(): Promise<void>;
}

/** Starts the process and waits until it takes orders, so that several can be set off at the same moment. */
export async function startMigrator(): Promise<Migrator> {
  const child: ChildProcess = fork(path.join(__dirname, 'migrator-main.js'), { stdio: 'inherit' });
  const exited = once(child, 'exit');
  await once(child, 'message');
  return {
    async migrate({ client, env, file }, { killAt = 0, lateBy = 0 } = {}) {
      const answer = once(child, 'message') as Promise<[MigrateAnswer]>;
      child.send({ database: { client, env, file }, killAt, lateBy } satisfies MigrateOrder);
      return Promise.race([answer.then(([said]) => said), exited.then(() => null)]);
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
