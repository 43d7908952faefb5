import type { BackgroundPushEvents, Pause, RecordedAct } from '../admin-api/contract';
import type { Knex } from 'knex';

/** What a transaction did that others hear of. */
export type Fact =
  | { kind: 'push-finished'; laneId: number; push: BackgroundPushEvents['background-push.push.finished']['push'] }
  | { kind: 'lane-paused'; laneId: number; pause: Pause }
  | { kind: 'credential-failing'; laneId: number; reason: string; status: number; since: number }
  | { kind: 'act'; act: RecordedAct['act']; params: object };

const noted = new WeakMap<object, Fact[]>();

/** Has a fact told once the transaction is committed (`Store.transaction`); one that is rolled back did nothing. */
export function noteFact(trx: Knex, fact: Fact): void {
  noted.set(trx, [...factsOf(trx), fact]);
}

export const factsOf = (trx: Knex): readonly Fact[] => noted.get(trx) ?? [];
