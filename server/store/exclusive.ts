import type { Knex } from 'knex';

/**
 * Writing on SQLite beside other processes that share the file. Strapi's transactions begin by reading: one that has
 * read and then meets a writer of another process is refused at once ("database is locked", whatever the time-out),
 * since each would wait for the other. So ours never meet one half-way: they ask for the whole file before they do
 * anything, are refused themselves while anybody reads, let go of everything, and try again.
 */
export async function runExclusively<T>(
  trx: Knex.Transaction,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  await beginExclusively(trx);
  try {
    return await work(trx);
  } catch (error) {
    // SQLite ends a transaction by itself where the disk is full; what Knex now rolls back must be there, or its failure
    // is told instead. Where it still is, this does nothing.
    await trx.raw('begin').catch(() => undefined);
    throw error;
  }
}

async function beginExclusively(trx: Knex.Transaction): Promise<void> {
  // Knex began a transaction that holds nothing yet, and SQLite has no words to make it another.
  await trx.raw('rollback');
  const [{ timeout }] = (await trx.raw('pragma busy_timeout')) as [{ timeout: number }];
  // Whoever waits here keeps a lock meanwhile, which is what refuses the editor's transaction.
  await trx.raw('pragma busy_timeout = 0');
  try {
    await trx.raw('begin exclusive');
  } catch (error) {
    // For Knex, which now rolls back.
    await trx.raw('begin');
    throw error;
  } finally {
    await trx.raw(`pragma busy_timeout = ${timeout}`);
  }
}

type RunTransaction = <T>(work: (trx: Knex.Transaction) => Promise<T>) => Promise<T>;

const WRITES = new Set(['insert', 'update', 'del']);

/** The same Knex, but a statement that writes runs in a transaction that `transaction` makes. */
export function writeExclusively(knex: Knex, transaction: RunTransaction): Knex {
  return new Proxy(knex, {
    apply(target, self, args) {
      const builder = Reflect.apply(target, self, args) as Knex.QueryBuilder;
      const run = builder.then.bind(builder);
      builder.then = (onFulfilled, onRejected) => {
        if (!WRITES.has(builder.toSQL().method)) return run(onFulfilled, onRejected);
        const write = (trx: Knex.Transaction) =>
          new Promise((resolve, reject) => {
            builder.transacting(trx);
            void run(resolve, reject);
          });
        return transaction(write).then(onFulfilled, onRejected);
      };
      return builder;
    },
  });
}
