import type { Knex } from 'knex';
import type { FleetState } from '../admin-api/contract';
import { NOT_SEEN_MS } from '../devices';

/** What a row says of a device by itself, whatever was announced to it. */
export type Condition = Extract<FleetState, 'refused' | 'off' | 'unseen'> | 'well';

/** A column `state`, the condition of a device; of several, the first in the order of its page's diagnosis. */
export function conditionOf(knex: Knex, now: number): Knex.Raw {
  return knex.raw(
    `case when refusals > 0 or gone_at is not null then 'refused'
       when background_refresh in ('denied', 'restricted') then 'off'
       when seen_at <= ? then 'unseen' else 'well' end as state`,
    [now - NOT_SEEN_MS],
  );
}

interface Group {
  applied_rev: number | null;
  state: Condition;
  devices: number;
}

/**
 * Devices by state, each in one. Who holds the newest is well, however long ago it was seen.
 *
 * @param holding those of `all` that hold the newest
 */
export function fleetByState(all: readonly Group[], holding: readonly Group[]): Record<FleetState, number> {
  const sumOf = (groups: readonly Group[], ...states: Condition[]) =>
    groups.filter(({ state }) => states.includes(state)).reduce((sum, { devices }) => sum + devices, 0);
  const saying = all.filter(({ applied_rev: rev }) => rev !== null);
  const telling = sumOf(saying, 'well');
  return {
    fresh: sumOf(holding, 'well', 'unseen'),
    behind: telling - sumOf(holding, 'well'),
    silent: sumOf(all, 'well') - telling,
    unseen: sumOf(all, 'unseen') - sumOf(holding, 'unseen'),
    refused: sumOf(all, 'refused'),
    off: sumOf(all, 'off'),
  };
}
