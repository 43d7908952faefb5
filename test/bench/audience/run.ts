import type { Knex } from 'knex';
import type { AdminSession } from '../../integration/admin-session';
import type { Database } from '../../integration/databases';
import { endOfNext, readMembers, type AudienceFilter } from '../../../server/devices';
import { TABLES, type DeviceRow } from '../../../server/store/tables';
import { ACCEPTED, insertFleet, laneOf } from '../fleet';
import { laneIsQuiet, latestPushId, pushEnds } from '../push-phase';
import { ARTICLE, configFor, openSendingStage, type SendingStage } from '../stage';
import { median } from '../statistics';

const NOTE = 'api::note.note';
const ROUNDS = 3;
/** As a push has it by default, and reads it on a database server. */
const SHARD = 5_000;
const PAGE = 1_000;

/** A part of the fleet that a push goes to. */
interface Part {
  name: '1 %' | '10 %' | 'all';
  /** What the entry is called that makes its tag; null: it goes to everybody. */
  title: string | null;
  /** Which devices, by what is left of their id. */
  every: number;
  rest: number;
  rounds: number;
}

const PARTS: readonly Part[] = [
  { name: '1 %', title: 'hundredth', every: 100, rest: 0, rounds: ROUNDS },
  { name: '10 %', title: 'tenth', every: 10, rest: 1, rounds: ROUNDS },
  { name: 'all', title: null, every: 1, rest: 0, rounds: 1 },
];

export interface PartResult {
  part: Part['name'];
  devices: number;
  /** To find the devices alone, shard by shard and page by page. */
  findMs: number;
  /** From the push's creation to its end. */
  pushMs: number;
}

export interface AudienceResult {
  parts: PartResult[];
  /** Pushes that a device got although it was not meant, that it missed, and that it got again. */
  wrong: number;
  missing: number;
  repeated: number;
}

export async function measureAudience(
  database: Database,
  devices: number,
  say: (line: string) => void,
): Promise<AudienceResult> {
  const stage = await openSendingStage(database, (simulator) => ({
    ...configFor(simulator),
    triggers: [
      { name: 'tagged', contentType: ARTICLE, apps: ['com.example.news'], audience: { tags: ['title:{title}'] } },
      { name: 'everybody', contentType: NOTE, apps: ['com.example.news'] },
    ],
  }));
  try {
    return await perform(stage, devices, say);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe process with the plugin said:\n${stage.with.log()}`, {
      cause: error,
    });
  } finally {
    await stage.close();
  }
}

async function perform(stage: SendingStage, devices: number, say: (line: string) => void): Promise<AudienceResult> {
  const { knex } = stage;
  const lane = await laneOf(knex, 'production');
  const admin = await stage.with.admin();
  await laneIsQuiet(knex, lane.id);
  say(`inserting ${devices} devices`);
  await insertFleet(knex, lane.id, devices, ACCEPTED);
  for (const part of PARTS) await tag(knex, part);
  if (stage.with.database.client === 'postgres') await knex.raw('vacuum analyze');
  const expected = new Map<string, number>();
  const parts: PartResult[] = [];
  // The first compiles what the others run.
  await push(stage, lane.id, admin, PARTS[0], devices);
  await expect(knex, PARTS[0], expected);
  for (const part of PARTS) {
    const found: number[] = [];
    const took: number[] = [];
    let count = 0;
    for (let round = 0; round < part.rounds; round++) {
      say(`a push to ${part.name}`);
      const from = performance.now();
      count = await find(knex, lane.id, part);
      found.push(performance.now() - from);
      took.push(await push(stage, lane.id, admin, part, devices));
      await expect(knex, part, expected);
    }
    parts.push({ part: part.name, devices: count, findMs: median(found), pushMs: median(took) });
  }
  return { parts, ...compare(expected, await stage.simulator.accepted()) };
}

/** As if the devices had registered with the tag. */
async function tag(knex: Knex, { title, every, rest }: Part): Promise<void> {
  if (title === null) return;
  await knex.raw('insert into ?? (device_id, tag) select id, ? from ?? where id % ? = ?', [
    TABLES.deviceTags,
    `title:${title}`,
    TABLES.devices,
    every,
    rest,
  ]);
}

/** Whatever a push reads of its audience, and nothing else of it. @returns how many devices it found */
async function find(knex: Knex, laneId: number, { title }: Part): Promise<number> {
  const audience: AudienceFilter = title === null ? 'all' : { locales: [], tags: [`title:${title}`] };
  const members = { laneId, audience };
  const last = (await knex(TABLES.devices).max('id as hi').first()) as { hi: unknown };
  const hi = Number(last.hi);
  let count = 0;
  for (let lo = 0; lo < hi;) {
    const end = (await endOfNext(knex, members, { after: lo, upTo: hi, limit: SHARD })) ?? hi;
    for (let after = lo; after < end;) {
      const page = await readMembers(knex, members, { after, upTo: end, limit: PAGE / 2 }, (devices) =>
        devices.select('id', 'token', 'accepted', 'refusals', 'gone_at'),
      );
      count += page.members.length;
      after = page.upTo;
    }
    lo = end;
  }
  return count;
}

/** Publishes what the part hears of. @returns how long the push took, ms */
async function push(
  { knex }: SendingStage,
  laneId: number,
  admin: AdminSession,
  { title }: Part,
  devices: number,
): Promise<number> {
  const before = await latestPushId(knex, laneId);
  if (title === null) {
    await admin.call('POST', `/content-manager/collection-types/${NOTE}`, { title: 'Everybody' });
  } else {
    const articles = `/content-manager/collection-types/${ARTICLE}`;
    const { data } = await admin.call<{ data: { documentId: string } }>('POST', `${articles}?locale=en`, { title });
    await admin.call('POST', `${articles}/${data.documentId}/actions/publish?locale=en`, { title });
  }
  const ended = await pushEnds(knex, laneId, devices, before);
  return (ended.finished_at ?? NaN) - ended.created_at;
}

async function expect(knex: Knex, { every, rest }: Part, expected: Map<string, number>): Promise<void> {
  const rows = await knex<DeviceRow>(TABLES.devices).whereRaw('id % ? = ?', [every, rest]).select('token');
  for (const { token } of rows) expected.set(token, (expected.get(token) ?? 0) + 1);
}

function compare(expected: ReadonlyMap<string, number>, received: ReadonlyMap<string, number>) {
  const sums = { wrong: 0, missing: 0, repeated: 0 };
  for (const [token, times] of expected) sums.missing += Math.max(0, times - (received.get(token) ?? 0));
  for (const [token, times] of received) {
    const meant = expected.get(token) ?? 0;
    if (times > meant) sums[meant === 0 ? 'wrong' : 'repeated'] += times - meant;
  }
  return sums;
}
