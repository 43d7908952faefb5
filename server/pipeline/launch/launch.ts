import { readMembers, storeAudience, type AudienceFilter, type Members } from '../../devices';
import { CANARY_SIZE, chooseCanary, triedInVain } from '../push';
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { lastToDo } from '../../acts/acts';
import type { Alarms } from '../../alarms/alarms';
import type { PluginConfig } from '../../config';
import { countRows } from '../../store/count-rows';
import { readNumber } from '../../store/from-db';
import { insertedId } from '../../store/inserted-id';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow, type DeviceRow, type LaneRow, type PushRow, type ShardRow } from '../../store/tables';
import { beginClosing } from '../../apps/close-pushes';
import { readAudience } from './audience';
import { buildMessage, type Message } from './message';
import { BUDGET_WINDOW_MS } from './departure';
import type { LaneFacts } from './lane-facts';
import { PUSH_VERSION, WITHOUT_TAGS } from '../../store/push-version';

/** A shard is named by its push and where it begins, and a canary of chosen devices begins nowhere. */
const CANARY_LO = -1;

export interface LaunchOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery' | 'feed'>;
  alarms: Pick<Alarms, 'raise' | 'clear'>;
  /** Between 0 and 1. */
  random: () => number;
}

export const payloadAlarm = (laneId: number) => `payload-broken:${laneId}`;

interface Canary {
  lo: number;
  hi: number;
  /** Null: all devices up to `hi`. */
  ids: number[] | null;
}

interface Flight {
  rev: number;
  audience: AudienceFilter;
  payload: string;
  report: number;
  /** When the first waking change that it announces was numbered. */
  changedAt: number | null;
  /** Highest device id of the lane; 0: nobody to tell. */
  hi: number;
  /** Null: no device without a past refusal. */
  canary: Canary | null;
}

/**
 * Creates the push of a lane that is due, by compare-and-set on the lane's row. What it needs is read before: a head
 * that grew meanwhile only leaves changes for the next push.
 *
 * One whose payload cannot be built is not tried by every round: its changes ride with the next waking one, and an alarm
 * says what is wrong.
 *
 * @returns the push's id; `'empty'` when there is no push, because nobody is concerned (the marks moved) or none can be
 *   built; null when another process was faster or the budget is used up
 */
export async function launchPush(options: LaunchOptions, facts: LaneFacts): Promise<number | 'empty' | null> {
  const { store } = options;
  const audience = await readAudience(store, facts);
  const message = await buildMessage(options, facts, audience);
  if (typeof message === 'string') return giveUp(options, facts, message);
  const flight = await prepare(options, facts, audience, message);
  await options.alarms.clear(payloadAlarm(facts.lane.id));
  return store.transaction(async (trx) => {
    if (!(await takeLane(trx, facts.lane))) return null;
    if (!(await hasBudget(trx, options, facts))) return null;
    if (flight.hi === 0) {
      await trx<LaneRow>(TABLES.lanes)
        .where({ id: facts.lane.id })
        .update({ announced: flight.rev, handled: flight.rev, hurry: null });
      return 'empty';
    }
    const pushId = await insertPush(trx, options, facts, flight);
    // The newer push reaches the devices that still wait for a retry of the older one.
    if (facts.push) await beginClosing(trx, facts.push.id, 'superseded');
    await trx<LaneRow>(TABLES.lanes).where({ id: facts.lane.id }).update({ push_id: pushId, hurry: null });
    return pushId;
  });
}

async function giveUp({ store, alarms }: LaunchOptions, { lane, app }: LaneFacts, message: string) {
  await alarms.raise(payloadAlarm(lane.id), 'payload-broken', { message }, lane.id);
  return store.transaction(async (trx) => {
    if (!(await takeLane(trx, lane))) return null;
    await trx<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ handled: app.head, hurry: null });
    return 'empty' as const;
  });
}

async function prepare(
  { store, random }: LaunchOptions,
  facts: LaneFacts,
  audience: AudienceFilter,
  { payload, report }: Message,
): Promise<Flight> {
  const { lane, app } = facts;
  const rev = app.head;
  const highest = (await store.knex<DeviceRow>(TABLES.devices).where({ lane_id: lane.id }).max('id as hi').first()) as
    { hi: unknown } | undefined;
  const members = { laneId: lane.id, audience };
  const last = readNumber(highest?.hi) ?? 0;
  const some = await firstMembers(store.knex, members, last);
  const hi = some.length > 0 ? last : 0;
  return {
    rev,
    audience,
    payload: JSON.stringify(payload),
    report,
    changedAt: await firstChangeAt(store, facts),
    hi,
    canary: hi === 0 ? null : await planCanary(store.knex, { ...members, some }, hi, facts, random),
  };
}

/** By tags a push is of the version that knows them. */
const isByTags = (audience: AudienceFilter): boolean => audience !== 'all' && audience.tags.length > 0;

/** Null where nothing that it announces wakes: somebody wants it sent all the same. */
async function firstChangeAt({ knex }: Store, { lane, app }: LaneFacts): Promise<number | null> {
  const row = (await knex<ChangeRow>(TABLES.changes)
    .where({ app_id: app.id, wakes: 1 })
    .where('rev', '>', lane.announced)
    .where('rev', '<=', app.head)
    .min({ at: 'at' })
    .first()) as { at: unknown } | undefined;
  return readNumber(row?.at);
}

/** The ids of as many devices of an audience as a canary has, and one more. */
async function firstMembers(knex: Knex, members: Members, hi: number): Promise<number[]> {
  const ids: number[] = [];
  for (let after = 0; after < hi && ids.length <= CANARY_SIZE;) {
    const stretch = { after, upTo: hi, limit: CANARY_SIZE + 1 - ids.length };
    const page = await readMembers<{ id: number }>(knex, members, stretch, (devices) => devices.select('id'));
    ids.push(...page.members.map(({ id }) => id));
    after = page.upTo;
  }
  return ids;
}

/** A lane of few devices tries them all at once: its canary is its only shard. */
async function planCanary(
  knex: Knex,
  { some, ...members }: Members & { some: readonly number[] },
  hi: number,
  { lane }: LaneFacts,
  random: () => number,
): Promise<Canary | null> {
  const tried = await triedInVain(knex, lane.id);
  const chosen = await chooseCanary(knex, members, { hi, hasAccepted: lane.accepted_at !== null, tried, random });
  if (chosen.length === 0) return null;
  if (some.length <= CANARY_SIZE) return { lo: 0, hi, ids: null };
  return { lo: CANARY_LO, hi: chosen[chosen.length - 1], ids: chosen };
}

async function takeLane(trx: Knex.Transaction, lane: LaneRow): Promise<boolean> {
  const query = trx<LaneRow>(TABLES.lanes).where({
    id: lane.id,
    announced: lane.announced,
    handled: lane.handled,
    pauses: lane.pauses,
  });
  // What an administrator asks for meanwhile may be about changes that this flight leaves behind: look again.
  void (lane.hurry === null ? query.whereNull('hurry') : query.where({ hurry: lane.hurry }));
  const taken = await (lane.push_id === null ? query.whereNull('push_id') : query.where({ push_id: lane.push_id }))
    .whereNotNull('credential_source')
    .increment('beat', 1);
  return taken === 1;
}

async function hasBudget(
  trx: Knex.Transaction,
  { store, config }: LaunchOptions,
  { lane }: LaneFacts,
): Promise<boolean> {
  const perHour = config.coalesce.pushesPerHour[lane.environment];
  if (perHour === 0 || lane.hurry === 'force') return true;
  const used = trx<PushRow>(TABLES.pushes)
    .where({ lane_id: lane.id })
    .where('first_accepted_at', '>', store.now() - BUDGET_WINDOW_MS);
  return (await countRows(used)) < perHour;
}

async function insertPush(
  trx: Knex.Transaction,
  { store, config }: LaunchOptions,
  { lane, app }: LaneFacts,
  flight: Flight,
): Promise<number> {
  const now = store.now();
  const row: Partial<PushRow> = {
    uuid: randomUUID(),
    lane_id: lane.id,
    state: 'running',
    v: isByTags(flight.audience) ? PUSH_VERSION : WITHOUT_TAGS,
    epoch: app.epoch,
    since: lane.announced,
    rev: flight.rev,
    audience: storeAudience(flight.audience),
    payload: flight.payload,
    report_share: flight.report,
    changed_at: flight.changedAt,
    guard_scope: lane.accepted_at === null ? 'all' : 'accepted',
    guard: 1,
    hi: flight.hi,
    planned_to: flight.canary?.ids === null ? flight.canary.hi : 0,
    canary: flight.canary?.ids ? JSON.stringify(flight.canary.ids) : null,
    reasons: '{}',
    hurry: lane.hurry,
    asked_by: lane.hurry === null ? null : await lastToDo(trx, lane, ['send-now', 'force', 'publish-now']),
    created_at: now,
    expires_at: now + config.delivery.ttlMs,
  };
  const pushId = await insertedId(store, trx(TABLES.pushes).insert(row));
  if (flight.canary !== null) {
    await trx<ShardRow>(TABLES.shards).insert({
      push_id: pushId,
      seq: 0,
      canary: 1,
      lo: flight.canary.lo,
      hi: flight.canary.hi,
      cursor: 0,
      state: 'open',
      reasons: '{}',
    });
  }
  return pushId;
}
