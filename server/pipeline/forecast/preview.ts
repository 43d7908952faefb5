import type { LanePreview, Trigger, TriggerPreview } from '../../admin-api/contract';
import type { AppView, LaneView, Listener, Registry } from '../../apps/registry';
import { sharedHeaders, type Notification } from '../../apns';
import type { PluginConfig } from '../../config';
import type { MayRead, StrapiEntries, Titles } from '../../entries';
import type { Store } from '../../store/store';
import { buildMessage, isScanning, readAudience, readLane, type LaneFacts } from '../launch';
import { readLoggedAbove, toChanges, type CaptureState, type NewChange, type TagValues } from '../log';
import type { Forecast } from './forecast';

export interface Preview {
  /** What a publish of the trigger's latest published entry would send now. Sends and writes nothing. */
  of(trigger: Trigger, may: MayRead): Promise<TriggerPreview>;
}

export interface PreviewOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery' | 'feed' | 'apns'>;
  registry: Registry;
  forecast: Forecast;
  capture: CaptureState;
  titles: Pick<Titles, 'of'>;
  strapi: Pick<StrapiEntries, 'latest'>;
  tagValues: Pick<TagValues, 'ofEntry'>;
}

/** Shows a push before there is one, made by what makes real ones. */
export function createPreview(options: PreviewOptions): Preview {
  const { store, config, registry, forecast, capture, titles, strapi, tagValues } = options;

  async function ofLane(
    app: AppView,
    lane: LaneView,
    { change, listens }: { change: NewChange; listens: boolean },
  ): Promise<LanePreview | null> {
    const read = await readLane({ store, config }, app, lane);
    const told = await forecast.ofLane(app, lane, { change, listens });
    if (!read || !told) return null;
    const facts = afterRunning(read);
    const more = [...(await readLoggedAbove(store, app.id, facts.app.head)), change];
    const audience = await readAudience(store, facts, more);
    const message = await buildMessage({ store, config }, facts, audience, more);
    const shown = { forecast: told, bundleId: app.bundleId, audience };
    if (typeof message === 'string') return { ...shown, problem: message, headers: [], body: null, bytes: 0 };
    const { notification } = message;
    const headers = headersOf(notification, config.apns.origin[lane.environment]);
    return { ...shown, problem: null, headers, body: notification.body.toString(), bytes: notification.body.length };
  }

  /** As capture would log it, by all triggers of the type; a trigger that is off shows what it would do. */
  async function changeOf(trigger: Trigger, app: AppView, entry: { documentId: string; locale: string | null }) {
    const { contentType, wakeOn, audience } = trigger;
    const templates = typeof audience === 'object' ? audience.tags : [];
    const kind = typeof audience === 'object' ? ('tags' as const) : audience;
    const own: Listener = { appId: app.id, wakeOn: new Set(wakeOn), audience: kind, templates, related: null };
    const listeners = trigger.enabled ? registry.listeners(contentType) : [own];
    const byTags = listeners.flatMap((listener) => listener.templates);
    const { documentId, locale } = entry;
    const values = byTags.length > 0 ? await tagValues.ofEntry(contentType, documentId, locale, byTags) : [];
    const changes = toChanges({ contentType, ...entry, action: 'publish', values }, listeners);
    const listens = listeners.some(({ appId, wakeOn: acts }) => appId === app.id && acts.has('publish'));
    const change = changes.find(({ app_id: appId }) => appId === app.id);
    return change && { change, listens };
  }

  return {
    async of(trigger, may) {
      const { contentType } = trigger;
      const entry = await strapi.latest(contentType);
      const shown = { now: store.now(), enabled: trigger.enabled, captured: capture.code === 'on' };
      if (!entry) return { ...shown, entry: null, lanes: [] };
      const [named] = await titles.of([{ contentType, ...entry }], may);
      const lanes: LanePreview[] = [];
      for (const app of registry.apps().filter(({ bundleId }) => trigger.apps.includes(bundleId))) {
        const planned = await changeOf(trigger, app, entry);
        for (const lane of planned ? app.lanes : []) {
          const preview = planned && (await ofLane(app, lane, planned));
          if (preview) lanes.push(preview);
        }
      }
      return { ...shown, entry: { contentType, ...entry, ...named, action: 'publish' }, lanes };
    },
  };
}

/** The next push announces what comes after the one on its way. */
function afterRunning(facts: LaneFacts): LaneFacts {
  const { push, lane } = facts;
  if (!push || !isScanning(push)) return facts;
  return { ...facts, lane: { ...lane, announced: Math.max(lane.announced, push.rev) } };
}

/** Without `authorization`; what differs from device to device is left open. */
function headersOf(notification: Notification, origin: string): LanePreview['headers'] {
  return [
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', new URL(origin).host],
    [':path', '/3/device/…'],
    ...sharedHeaders(notification),
    ['apns-id', '…'],
  ];
}
