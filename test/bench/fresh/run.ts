import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createSecret, hashSecret } from '../../../server/devices/secrets';
import { TABLES, type AppliedRow, type PushRow } from '../../../server/store/tables';
import { openDatabase } from '../../integration/open-database';
import { BUNDLE_ID, pluginConfig } from '../../integration/scene';
import { startProcess, type StrapiProcess } from '../../integration/strapi-process';
import { until } from '../../until';
import { ACCEPTED, insertFleet, laneOf } from '../fleet';
import { laneIsQuiet } from '../push-phase';
import { sampleAdminApi } from '../sampler';
import { quantile } from '../statistics';
import { startCache, type Cache } from './cache';
import { measureHotPage } from './hot-page';
import type { FreshOptions } from './options';
import { startPhones, type Phones } from './phones';

export const ARTICLE = 'api::article.article';
const QUIET_MS = 200;
/** Of every phone. */
const SECRET = createSecret();
const ADMIN_IDLE_MS = 20_000;

/** How soon so many phones held what was published. */
export interface FreshRun {
  phones: number;
  /** From the click to phones that hold it, the quiet window taken out, ms. */
  p50Ms: number;
  p90Ms: number;
  maxMs: number;
  /** Hold something else, or nothing. */
  stale: number;
  missing: number;
  http429: number;
  http5xx: number;
  /** Requests that Strapi answered, of 1,000 phones. */
  originPer1000: number;
  /** Phones that said what they hold, as the push asked them to, and those that the server told to say it later. */
  reports: number;
  reportsPutOff: number;
  /** Phones that the panel says hold it, and when the last of them was counted, from the click. */
  reported: number;
  reportedMs: number;
  adminP99Ms: number;
}

export interface FreshMeasurement {
  cached: FreshRun[];
  direct: FreshRun | null;
  adminP99IdleMs: number;
  /** Requests for one page per second ÷ for the same article over the REST API. */
  hotPage: { perSecond: number; findOnePerSecond: number };
}

export type Say = (line: string) => void;

export async function measureFresh(options: FreshOptions, say: Say): Promise<FreshMeasurement> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    say('starting phones, Strapi and nginx');
    const phones = await startPhones();
    closing.push(phones.stop);
    return await perform(phones, options, say, closing);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function perform(
  phones: Phones,
  options: FreshOptions,
  say: Say,
  closing: (() => Promise<unknown>)[],
): Promise<FreshMeasurement> {
  const cached: FreshRun[] = [];
  for (const count of options.cached) {
    const stage = await openStage(phones, { cdn: true });
    const cache = await startCache(stage.strapi.url);
    try {
      cached.push(await wake(stage, phones, count, cache, say));
    } finally {
      await cache.stop();
      await stage.close();
    }
  }
  const stage = await openStage(phones, { cdn: false });
  closing.push(stage.close);
  say('asking the admin API while nothing else goes on');
  const endIdle = sampleAdminApi(stage.strapi.url, (await stage.strapi.admin()).token);
  await sleep(ADMIN_IDLE_MS);
  const adminIdle = await endIdle();
  const direct = options.direct === 0 ? null : await wake(stage, phones, options.direct, null, say);
  if (!direct) {
    await (
      await draft(stage.strapi, 'Asked for')
    )();
    await laneIsQuiet(stage.knex, (await laneOf(stage.knex, 'production')).id);
  }
  say('asking for one page of the feed, and for the same article over the REST API, in turns');
  const hotPage = await measureHotPage(stage.strapi.url, BUNDLE_ID, options.seconds);
  return { cached, direct, adminP99IdleMs: quantile(adminIdle, 0.99), hotPage };
}

interface Stage {
  strapi: StrapiProcess;
  knex: Knex;
  close(): Promise<void>;
}

async function openStage({ origin, ca }: Phones, feed: { cdn: boolean }): Promise<Stage> {
  const { delivery: _short, ...config } = pluginConfig({ production: { origin, ca }, sandbox: { origin, ca } });
  const strapi = await startProcess({
    env: { NODE_ENV: 'production' },
    config: {
      ...config,
      triggers: [{ name: 'articles', contentType: ARTICLE, apps: [BUNDLE_ID], content: true }],
      coalesce: { quietMs: QUIET_MS, maxWaitMs: 2_000, pushesPerHour: { production: 0, sandbox: 0 } },
      feed,
    },
  });
  await strapi.grantPublic(['changes.find', 'snapshot.find', 'device.update', `${ARTICLE}.find`, `${ARTICLE}.findOne`]);
  const knex = openDatabase(strapi.database);
  return {
    strapi,
    knex,
    async close() {
      await knex.destroy();
      await strapi.stop();
    },
  };
}

let published = 0;

async function wake(
  { strapi, knex }: Stage,
  phones: Phones,
  count: number,
  cache: Cache | null,
  say: Say,
): Promise<FreshRun> {
  const where = cache ? 'behind the cache' : 'without a cache';
  const lane = await laneOf(knex, 'production');
  say(`inserting ${count} phones`);
  await insertFleet(knex, lane.id, count, { ...ACCEPTED, secret_hash: hashSecret(SECRET) });
  await laneIsQuiet(knex, lane.id);
  const title = `Measured ${++published}`;
  const { port } = new URL(strapi.url);
  const at = await positionOf(strapi.url);
  await phones.start({
    host: '127.0.0.1',
    port: cache?.port ?? Number(port),
    // Strapi answers one request of a connection after the other.
    ...(cache ? { lines: 16, depth: 64 } : { lines: 200, depth: 1 }),
    app: BUNDLE_ID,
    ...at,
    title,
    ids: await idsOf(knex, lane.id, count),
    secret: SECRET,
  });
  const publish = await draft(strapi, title);
  const passedBefore = cache?.pagesPassedOn() ?? 0;
  say(`publishing to ${count} phones ${where}`);
  const endSampling = sampleAdminApi(strapi.url, (await strapi.admin()).token);
  const click = Date.now();
  await publish();
  const report = await settled(phones, count, say);
  const reported = await counted(knex, lane.id, report.toldStatuses[200] ?? 0);
  const reportedMs = Date.now() - click - QUIET_MS;
  const adminTimes = await endSampling();
  const ofHeld = (share: number) => (report.heldAt[share] ?? Number.NaN) - click - QUIET_MS;
  const of = (test: (status: number) => boolean) =>
    Object.entries(report.statuses).reduce((sum, [status, times]) => sum + (test(Number(status)) ? times : 0), 0);
  const origin = cache ? cache.pagesPassedOn() - passedBefore : report.requests;
  return {
    phones: count,
    p50Ms: ofHeld(50),
    p90Ms: ofHeld(90),
    maxMs: ofHeld(100),
    stale: report.stale,
    missing: count - report.held - report.stale,
    http429: of((status) => status === 429),
    http5xx: of((status) => status >= 500),
    originPer1000: (origin * 1_000) / count,
    reports: report.told,
    reportsPutOff: (report.toldStatuses[429] ?? 0) + (report.toldStatuses[503] ?? 0),
    reported,
    reportedMs,
    adminP99Ms: quantile(adminTimes, 0.99),
  };
}

/** Writes an article, as an editor does. @returns what publishes it */
async function draft(strapi: StrapiProcess, title: string): Promise<() => Promise<unknown>> {
  const admin = await strapi.admin();
  const articles = `/content-manager/collection-types/${ARTICLE}`;
  const fields = { title, body: 'x'.repeat(2_000) };
  const { data } = await admin.call<{ data: { documentId: string } }>('POST', `${articles}?locale=en`, fields);
  return () => admin.call('POST', `${articles}/${data.documentId}/actions/publish?locale=en`, fields);
}

/** Waits until all phones hold something, or nothing has moved for long. */
async function settled(phones: Phones, count: number, say: Say) {
  const still = 60;
  let before = -1;
  for (let unmoved = 0; ;) {
    await sleep(1_000);
    const report = await phones.report();
    const done = report.held + report.stale;
    const answered = Object.values(report.toldStatuses).reduce((sum, times) => sum + times, 0);
    if (done === count && answered === report.told) return report;
    unmoved = done === before ? unmoved + 1 : 0;
    if (unmoved === still) return report;
    if (done !== before && unmoved === 0 && Math.floor(done / (count / 4)) > Math.floor(before / (count / 4))) {
      say(`${done} of ${count} phones hold it`);
    }
    before = done;
  }
}

/** More than the share of many phones that are asked what they hold: ids are random UUIDs. */
const MANY = 10_000;
const FIRST_OF_MANY = '05';

/** Ids by token: of all phones, of many only those that may be asked. */
async function idsOf(knex: Knex, laneId: number, count: number): Promise<Record<string, string>> {
  const devices = knex(TABLES.devices).where({ lane_id: laneId }).select('token', 'public_id');
  const rows = (await (count > MANY ? devices.where('public_id', '<', FIRST_OF_MANY) : devices)) as {
    token: string;
    public_id: string;
  }[];
  return Object.fromEntries(rows.map(({ token, public_id: id }) => [token, id]));
}

/** Waits until the last push's counts say that so many hold it. @returns how many they say in the end */
async function counted(knex: Knex, laneId: number, phones: number): Promise<number> {
  let reported = 0;
  const read = async () => {
    const push = await knex<PushRow>(TABLES.pushes).where({ lane_id: laneId }).orderBy('id', 'desc').first('id');
    const rows = await knex<AppliedRow>(TABLES.applied).where({ push_id: push!.id }).select('woken', 'others');
    reported = rows.reduce((sum, { woken, others }) => sum + woken + others, 0);
    return reported >= phones;
  };
  await until(read, { within: 30_000, what: 'the counts of what phones reported' }).catch(() => undefined);
  return reported;
}

/** Where phones stand that are up to date. */
async function positionOf(url: string): Promise<{ epoch: string; rev: number; scope: string }> {
  const response = await fetch(`${url}/api/background-push/snapshot?app=${BUNDLE_ID}`);
  const { meta } = (await response.json()) as { meta: { epoch: string; rev: number; scope: string } };
  const { epoch, scope } = meta;
  // A snapshot may be a moment old.
  const head = await fetch(`${url}/api/background-push/changes?app=${BUNDLE_ID}`);
  const { rev } = ((await head.json()) as { meta: { rev: number } }).meta;
  return { epoch, rev, scope };
}
