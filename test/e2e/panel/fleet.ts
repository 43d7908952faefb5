import type { Knex } from 'knex';
import type { App, Overview, Push } from '../../../server/admin-api/contract';
import { TABLES, type DeviceRow, type LaneRow } from '../../../server/store/tables';
import { bumpVersion } from '../../../server/store/version';
import { BUNDLE_ID } from '../../demo/stage';
import { openDatabase } from '../../integration/open-database';
import { deviceRow, pushRow } from '../../integration/scene';
import type { StrapiProcess } from '../../integration/strapi-process';
import type { Simulator } from '../../simulator';
import { until } from '../../until';

export const WEATHER = 'com.example.weather';
export const SPORT = 'com.example.sport';
export const RADIO = 'com.example.radio';
export const ARTICLE = 'api::article.article';

const ARTICLES = `/content-manager/collection-types/${ARTICLE}`;
const DAY_MS = 86_400_000;
const WITHIN_MS = 60_000;

/** Devices of News in production, by what is planted in them. */
const PLANTED = {
  newest: {},
  pushed: {},
  behind: {},
  silent: {},
  neverAccepted: {},
  wrongEnvironment: { accepted: 0 },
  refused: {},
  gone: {},
  denied: { background_refresh: 'denied' },
  restricted: { background_refresh: 'restricted' },
  unseen: {},
  german: { locale: 'de' },
} as const satisfies Record<string, Partial<DeviceRow>>;
/** Those, devices of lanes that are so, and one that registers last. */
export type Planted = keyof typeof PLANTED | 'paused' | 'laneRefused' | 'disabled' | 'notSetUp' | 'unpushed';

/** A Strapi with whatever the panel can show of apps, devices and pushes. */
export interface Fleet {
  knex: Knex;
  /** The ids of planted devices, as the panel has them. */
  ids: Record<Planted, string>;
  tokens: Record<Planted, string>;
  laneId(bundleId: string, environment?: 'production' | 'sandbox'): Promise<number>;
  publish(title: string): Promise<{ documentId: string }>;
  /** Lets what waits in a lane of News leave, and waits until nothing is under way. @returns the lane's latest push */
  sendNow(environment?: 'production' | 'sandbox'): Promise<Push>;
  call<T>(method: string, path: string, body?: object): Promise<T>;
  close(): Promise<void>;
}

export async function plantFleet(strapi: StrapiProcess, simulator: Simulator): Promise<Fleet> {
  const knex = openDatabase(strapi.database);
  const admin = await strapi.admin();
  const call = async <T>(method: string, path: string, body?: object) =>
    (await admin.call<{ data: T }>(method, `/background-push${path}`, body)).data;
  const laneOf = async (bundleId: string, environment = 'production') => {
    const { apps } = await call<Overview>('GET', '/overview');
    const lane = apps.find((app) => app.bundleId === bundleId)?.lanes.find((one) => one.environment === environment);
    if (!lane) throw new Error(`${bundleId} has no ${environment} lane`);
    return lane;
  };
  const laneId = async (bundleId: string, environment = 'production') => (await laneOf(bundleId, environment)).id;

  async function publish(title: string): Promise<{ documentId: string }> {
    const answer = await admin.call<{ data: { documentId: string } }>('POST', `${ARTICLES}/actions/publish?locale=en`, {
      title,
    });
    await until(async () => (await laneOf(BUNDLE_ID)).waitingChanges > 0, {
      within: WITHIN_MS,
      what: `The change of ${title}`,
    });
    return answer.data;
  }

  async function sendNow(environment: 'production' | 'sandbox' = 'production'): Promise<Push> {
    const id = await laneId(BUNDLE_ID, environment);
    await call('POST', `/lanes/${id}/send-now`, {});
    await until(async () => (await laneOf(BUNDLE_ID, environment)).waitingChanges === 0, {
      within: WITHIN_MS,
      what: `What waits in ${environment}`,
    });
    const latest = async () => (await call<Push[]>('GET', `/pushes?lane=${id}`)).at(0);
    const push = await until(
      async () => {
        const last = await latest();
        return last === undefined || last.state === 'finished' ? { last } : false;
      },
      { within: WITHIN_MS, what: `The push in ${environment}` },
    );
    return push.last as Push;
  }

  // What new tables log, and articles of earlier days: nobody is there to hear of them.
  const titles = ['Snow in the valley', 'Harbour opens again', 'Council votes tonight', 'Trains run late'];
  for (const title of titles) await publish(title);
  await sendNow('production');
  await sendNow('sandbox');

  const news = await laneId(BUNDLE_ID);
  const now = Date.now();
  await plantPushes(knex, news, now);

  const ids: Partial<Record<Planted, string>> = {};
  const tokens: Partial<Record<Planted, string>> = {};
  async function plant(name: Planted | null, lane: number, fields: Partial<DeviceRow> = {}): Promise<void> {
    const known = { accepted: 1 as const, locale: 'en', registered_at: now - 12 * DAY_MS };
    const row = deviceRow(lane, now, { ...known, ...fields });
    await knex(TABLES.devices).insert(row);
    if (name === null) return;
    ids[name] = row.public_id;
    tokens[name] = row.token;
  }
  for (const [name, fields] of Object.entries(PLANTED)) await plant(name as Planted, news, fields);
  for (let n = 0; n < 40; n++) await plant(null, news);
  const sandbox = await laneId(BUNDLE_ID, 'sandbox');
  for (let n = 0; n < 60; n++) await plant(null, sandbox);

  const { id: radio } = await call<App>('POST', '/apps', { bundleId: RADIO, name: 'Radio', customKeys: {} });
  await call('PUT', `/apps/${radio}`, { name: 'Radio', customKeys: {}, enabled: false });
  await call('POST', `/lanes/${await laneId(WEATHER)}/pause`, {});
  const sport = await laneId(SPORT);
  const refused = { code: 'BadTopic', status: 400, since: now - 60_000, probes: 2, refused: 2, askedAt: now };
  await knex<LaneRow>(TABLES.lanes)
    .where({ id: sport })
    .update({ probation: JSON.stringify({ ...refused, nextAt: now + DAY_MS, overAt: null }) });
  await bumpVersion(knex);
  await plant('paused', await laneId(WEATHER));
  await plant('laneRefused', sport);
  await plant('disabled', await laneId(RADIO));
  await plant('notSetUp', await laneId(WEATHER, 'sandbox'));

  // A push to production, of which APNs refuses two, and one to the sandbox, of which it calls a fifth gone.
  simulator.behave({ token: tokens.wrongEnvironment, reason: 'BadDeviceToken' });
  simulator.behave({ token: tokens.refused, reason: 'BadDeviceToken' });
  await publish('Storm warning for the coast');
  await sendNow('production');
  const calm = simulator.behave({ reason: 'Unregistered', share: 0.2 });
  await sendNow('sandbox');
  calm();

  await plant('unpushed', news, { registered_at: now + DAY_MS });
  return {
    knex,
    ids: ids as Record<Planted, string>,
    tokens: tokens as Record<Planted, string>,
    laneId,
    publish,
    sendNow,
    call,
    close: () => knex.destroy(),
  };
}

/** Finished pushes of the two weeks before today, a few a day. */
async function plantPushes(knex: Knex, lane: number, now: number): Promise<void> {
  const { epoch } = (await knex(TABLES.apps).where({ bundle_id: BUNDLE_ID }).first('epoch')) as { epoch: string };
  for (let day = 13; day > 0; day--) {
    for (let nth = 0; nth < 1 + (day % 3); nth++) {
      const at = now - day * DAY_MS + nth * 3_600_000;
      const met = 900 + ((day * 7_919 + nth * 104_729) % 600);
      const rejected = day % 4;
      const rev = 2 + ((day + nth) % 4);
      const counted = {
        met,
        rejected,
        accepted: met - rejected,
        reasons: JSON.stringify({ '410 Unregistered': rejected }),
      };
      const ended = { state: 'finished' as const, ended: 'done' as const, hi: 1, since: rev - 1, rev };
      const times = { created_at: at, first_accepted_at: at + 900, announced_at: at + 4_000, finished_at: at + 4_200 };
      await knex(TABLES.pushes).insert(pushRow(lane, at, { epoch, ...counted, ...ended, ...times }));
    }
  }
}
