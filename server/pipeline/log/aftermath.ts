import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';
import type { ChangeLog } from './change-log';
import type { Naming } from './naming';
import type { RowValues, TagValues } from './tag-values';
import type { Compared, Version, Versions } from './versions';

export interface AftermathOptions {
  versions: Versions;
  naming: Naming;
  tagValues: TagValues;
  log: ChangeLog;
}

/**
 * Logs what was written by work that outlived its transaction: a lifecycle started it and did not wait for it, or its
 * siblings in one transaction were rolled back. Whether the write stands is then for the database to say.
 */
export function createAftermath({ versions, naming, tagValues, log }: AftermathOptions) {
  /** Made where no transaction is open, so that what runs in it is in none. */
  const apart = AsyncLocalStorage.snapshot();

  /** Keeps what is in the database as the write left it. */
  async function standing(uid: string, { before, after }: NonNullable<Compared>): Promise<NonNullable<Compared>> {
    const ids = [...before, ...after].map(({ id }) => id);
    const now = new Map((await versions.byIds(uid, ids)).map((version) => [version.id, version]));
    const unchanged = (version: Version) => now.get(version.id)?.updatedAt === version.updatedAt;
    return { before: before.filter((version) => !unchanged(version)), after: after.filter(unchanged) };
  }

  return {
    /**
     * @param compare reads what was there and what is
     * @param held what the rows held before; null: nobody looked
     * @throws the database's error
     */
    settle: (
      uid: string,
      trx: Knex.Transaction,
      compare: () => Promise<Compared>,
      held: RowValues | null,
    ): Promise<void> =>
      apart(async () => {
        // It is over when the database has answered, not when its end was asked for.
        await trx.executionPromise.catch(() => undefined);
        const compared = await compare();
        if (compared === null) return log.refresh(uid, null);
        const { before, after } = await standing(uid, compared);
        const subjects = await naming.subjects(uid, before, after);
        await log.write(await tagValues.addTo(subjects, uid, { before, after }, held), null);
      }),
  };
}

export type Aftermath = ReturnType<typeof createAftermath>;
