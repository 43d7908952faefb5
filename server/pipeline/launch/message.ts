import { createNotification, NotificationError, type Notification } from '../../apns';
import type { PluginConfig } from '../../config';
import { covers, parseAudience, type AudienceFilter } from '../../devices';
import { MAX_SPREAD_S } from '../../feed';
import { collectChanges, toPayloadChange } from '../../feed/collect-changes';
import { buildPayload, type RangeSummary } from '../../feed/payload';
import { ALL_UP_TO, reportShareOf } from '../../freshness';
import { countRows } from '../../store/count-rows';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow, type DeviceRow, type PushRow } from '../../store/tables';
import type { LaneFacts } from './lane-facts';
import { paceOf, spreadOf } from './pace';

export interface MessageOptions {
  store: Store;
  config: Pick<PluginConfig, 'delivery' | 'feed'>;
}

/** A change that no head counts yet, as far as a payload tells of it. */
export type Untold = Pick<ChangeRow, 'content_type' | 'document_id' | 'locale' | 'action'>;

/** What a push tells its devices. */
export interface Message {
  payload: Record<string, unknown>;
  notification: Notification;
  /** Which share of the devices it asks to say what they hold. */
  report: number;
}

/**
 * @param more changes that the app's head does not count
 * @returns the payload, or what is wrong with it: custom keys may be older than a rule that they break
 */
export async function buildMessage(
  { store, config }: MessageOptions,
  { lane, app }: LaneFacts,
  audience: AudienceFilter,
  more: readonly Untold[] = [],
): Promise<Message | string> {
  const rev = app.head + more.length;
  const since = await toldUpTo(store, { lane, app }, audience);
  const changes = withMore(await collectChanges(store, app.id, since, app.head), more);
  const pace = paceOf(config);
  const devices = await countUpTo(store, lane.id, Math.max(ALL_UP_TO + 1, MAX_SPREAD_S * (pace.perSecond ?? 0)));
  const report = reportShareOf(config.feed.reportShare, devices);
  try {
    const { payload } = buildPayload({
      customKeys: JSON.parse(app.custom_keys) as Record<string, unknown>,
      epoch: app.epoch,
      since,
      rev,
      floor: app.floor,
      changes,
      spread: spreadOf(pace, devices),
      report,
    });
    const notification = createNotification({
      topic: app.bundle_id,
      payload,
      expiresAt: store.now() + config.delivery.ttlMs,
    });
    return { payload, notification, report: payload.content.report ?? 0 };
  } catch (error) {
    if (error instanceof NotificationError || error instanceof RangeError) return error.message;
    throw error;
  }
}

function withMore(logged: RangeSummary, more: readonly Untold[]): RangeSummary {
  const told = more.map(toPayloadChange);
  if (logged.rung === 'refresh' || told.includes('refresh')) return { rung: 'refresh' };
  const changes = told.filter((change) => typeof change !== 'string');
  if (logged.rung === 'changes' && changes.length === told.length) {
    return { rung: 'changes', changes: [...logged.changes, ...changes] };
  }
  const types = logged.rung === 'types' ? logged.types : logged.changes.map(([contentType]) => contentType);
  return { rung: 'types', types: [...types, ...more.flatMap(({ content_type: type }) => type ?? [])] };
}

/** How many devices a lane has, counted only as far as it matters: a million would take longer than the first push. */
function countUpTo({ knex }: Store, laneId: number, most: number): Promise<number> {
  const some = knex<DeviceRow>(TABLES.devices).where({ lane_id: laneId }).limit(most).select('id');
  return countRows(knex.from(some.as('some')));
}

/** Pushes looked back at; what an older one told is found in the feed. */
const MOST_PUSHES = 100;

/**
 * Up to where every device of an audience was told: the lane's mark moves with pushes to others too, and a device that
 * got none of those would take it for a push that it missed.
 */
async function toldUpTo(
  { knex }: Store,
  { lane, app }: Pick<LaneFacts, 'lane' | 'app'>,
  audience: AudienceFilter,
): Promise<number> {
  const pushes = (await knex<PushRow>(TABLES.pushes)
    .where({ lane_id: lane.id, epoch: app.epoch })
    .whereNotNull('announced_at')
    .orderBy('id', 'desc')
    .limit(MOST_PUSHES)
    .select('since', 'rev', 'audience')) as Pick<PushRow, 'since' | 'rev' | 'audience'>[];
  const last = pushes.find((push) => covers(parseAudience(push.audience), audience));
  const told = last?.rev ?? pushes.at(-1)?.since ?? lane.announced;
  return Math.min(lane.announced, Math.max(app.floor, Number(told)));
}
