import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TABLES } from '../../../server/store/tables';
import { BUNDLE_ID } from '../../demo/stage';
import type { Stage } from '../walk';
import { WEATHER, type Fleet } from './fleet';

const newToken = () => randomBytes(32).toString('hex');
const device = (fields: object = {}) => ({ app: BUNDLE_ID, environment: 'production', token: newToken(), ...fields });

/** Wrong lines, each with the field that its refusal must name. */
const BAD_LINES: readonly [field: string, line: string][] = [
  ['line', 'this is no JSON'],
  ['app', JSON.stringify(device({ app: 'com.example.nobody' }))],
  ['environment', JSON.stringify(device({ environment: 'moon' }))],
  ['token', JSON.stringify(device({ token: 'xyz' }))],
  ['token', JSON.stringify({ app: BUNDLE_ID, environment: 'production' })],
  ['environment', JSON.stringify(device({ app: WEATHER, environment: 'sandbox' }))],
  ['tags.0', JSON.stringify(device({ tags: ['two words'] }))],
];
const GOOD = 30;

/** Devices in and out as files, and devices that must be forgotten. */
export async function moving({ page, strapi, photographer, report }: Stage, fleet: Fleet): Promise<void> {
  const { step } = report;
  const seen = (name: string) => photographer.take(page, name);
  const figure = (label: string) => page.locator('dt', { hasText: label }).locator('xpath=following-sibling::dd');

  await step('imports a file, and is told of every line that was refused', async () => {
    await page.goto(`${strapi.url}/admin/plugins/background-push/devices`);
    await page.getByRole('link', { name: 'Move devices' }).click();
    await page.getByRole('heading', { name: 'Move devices' }).waitFor();
    await seen('60-move');
    // A bad line after every third good one.
    const lines = Array.from({ length: GOOD }, () => JSON.stringify(device()));
    const bad = BAD_LINES.map(([field, line], nth) => ({
      field,
      at: lines.splice(4 * nth + 3, 0, line) && 4 * nth + 4,
    }));
    await page.getByLabel('Choose a file').setInputFiles({
      name: 'devices.ndjson',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(lines.map((line) => `${line}\n`).join('')),
    });
    await page.getByText(`All ${lines.length} lines of the file were read.`).waitFor();
    assert.equal(await figure('New devices').textContent(), String(GOOD));
    assert.equal(await figure('Refused lines').textContent(), String(bad.length));
    const rows = page.getByRole('region', { name: 'Refused lines' }).locator('tbody tr');
    await rows.nth(bad.length - 1).waitFor();
    const told = await rows.evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].slice(0, 2).map((cell) => cell.textContent)),
    );
    assert.deepEqual(
      told,
      bad.map(({ at, field }) => [String(at), field]),
    );
    await seen('61-imported');
    await photographer.takePart(page, '61-import', page.getByRole('region', { name: 'Refused lines' }));
  });

  await step('exports every device, and says how many', async () => {
    const devices = Number((await fleet.knex(TABLES.devices).count({ n: '*' }))[0].n);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export devices' }).click();
    const file = await readFile(await (await saved).path(), 'utf8');
    assert.deepEqual(JSON.parse(file.trimEnd().split('\n').at(-1) as string), { end: true, devices });
    await page.getByText(`${devices} devices were exported.`).waitFor();
  });

  await step('erases a device by its id', async () => {
    await page.getByLabel('Device ids, or tokens').fill(fleet.ids.unseen);
    await page.getByRole('button', { name: 'Erase devices' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Erase' });
    await dialog.waitFor();
    await seen('62-erase');
    await dialog.getByRole('button', { name: 'Erase devices' }).click();
    await page.getByText('1 device was erased.').waitFor();
    assert.deepEqual(await fleet.knex(TABLES.devices).where({ public_id: fleet.ids.unseen }), []);
  });
}
