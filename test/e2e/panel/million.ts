import type { Knex } from 'knex';
import { TABLES, type DeviceRow } from '../../../server/store/tables';
import type { Stage } from '../walk';
import { WEATHER, type Fleet } from './fleet';

const DEVICES = 1_000_000;
/** In one statement; between two of them Strapi gets its turn. */
const AT_ONCE = 100_000;

/** Finds one device among a million, by what an administrator has of it. */
export async function amongAMillion({ page, strapi, photographer, report }: Stage, fleet: Fleet): Promise<void> {
  const { step } = report;

  await step(`registers ${DEVICES.toLocaleString('en')} devices`, async () => {
    const lane = await fleet.laneId(WEATHER);
    await fleet.knex.raw('pragma synchronous = off');
    await fleet.knex.raw('pragma cache_size = -400000');
    for (let at = 0; at < DEVICES; at += AT_ONCE) await addDevices(fleet.knex, lane, AT_ONCE);
  });

  await step('finds one of them by its id and by the end of its token', async () => {
    const middle = (await fleet.knex(TABLES.devices).max({ id: 'id' }))[0].id as number;
    const { public_id: id, token } = (await fleet
      .knex<DeviceRow>(TABLES.devices)
      .where({ id: middle - DEVICES / 2 })
      .first()) as DeviceRow;
    const tail = token.slice(-6);
    await page.goto(`${strapi.url}/admin/plugins/background-push/devices`);
    const search = page.locator('input[name=device-search]');
    const found = page.locator(`a[href$="/devices/${id}"]`);
    for (const wanted of [id, tail]) {
      await page.getByRole('row').nth(2).waitFor();
      await search.fill(wanted);
      const since = performance.now();
      await search.press('Enter');
      await found.waitFor();
      process.stdout.write(`    ${wanted}: ${Math.round(performance.now() - since)} ms\n`);
      if (wanted === tail) await photographer.take(page, '70-search');
      await page.getByRole('button', { name: 'Clear' }).click();
    }
  });
}

/** Made by the database itself; a random UUID, token and hash each, as registrations have. */
async function addDevices(knex: Knex, lane: number, count: number): Promise<void> {
  const random = (bytes: number) => `lower(hex(randomblob(${bytes})))`;
  const uuid = `${random(4)} || '-' || ${random(2)} || '-4' || substr(${random(2)}, 2) || '-a' || substr(${random(2)}, 2) || '-' || ${random(6)}`;
  await knex.raw(
    `insert into ${TABLES.devices}
       (public_id, lane_id, token, token_hash, secret_hash, locale, accepted, registered_at, seen_at, created_at)
     with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?)
     select ${uuid}, ?, ${random(32)}, ${random(32)}, ${random(32)}, 'en', 1, ?, ?, ? from numbers`,
    [count, lane, ...Array<number>(3).fill(Date.now())],
  );
}
