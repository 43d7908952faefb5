import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { BUNDLE_ID, type Credential } from '../demo/stage';
import { administrator } from '../integration/admin-session';
import type { StrapiProcess } from '../integration/strapi-process';
import { until } from '../until';
import type { Simulator } from '../simulator';
import type { Photographer } from './looks';
import type { Report } from './report';
import { audienceByTags } from './audience-by-tags';
import { inEachLanguage } from './languages';
import { logIn } from './log-in';
import { stepIn } from './step-in';
import { words } from './words';
import type { Witness } from './witness';

export interface Stage {
  page: Page;
  strapi: StrapiProcess;
  simulator: Simulator;
  /** What the administrator got from Apple. */
  credential: Credential;
  photographer: Photographer;
  witness: Witness;
  report: Report;
}

const PUSHED_WITHIN_MS = 60_000;

/** The way of an administrator from an empty configuration to the first push, by clicking. */
export async function walk(stage: Stage): Promise<void> {
  const { page, strapi, simulator, credential, photographer, witness, report } = stage;
  const { step } = report;
  const token = randomBytes(32).toString('hex');
  const seen = (name: string) => photographer.take(page, name);
  const go = (path: string) => page.goto(`${strapi.url}/admin${path}`);

  await step('logs in on an empty configuration', async () => {
    await closeNews(page);
    await logIn(page, strapi.url, administrator);
    await page.getByRole('link', { name: 'Background push' }).waitFor();
    const widget = page.getByText('Nothing was pushed yet. What you publish shows here.');
    await widget.waitFor();
    await photographer.glance(page, '00-home');
    await photographer.takePart(page, '00-widget-empty', widget);
  });

  await step('sees in the menu’s Background push what is left to set up', async () => {
    await page.getByRole('link', { name: 'Background push' }).click();
    await page.getByRole('heading', { name: 'Set up background push' }).waitFor();
    await page.getByText('0 of 5 done').waitFor();
    await seen('01-overview-empty');
    await page.getByRole('link', { name: 'Pushes', exact: true }).click();
    await page.getByText('No push was sent yet.').waitFor();
    await seen('02-pushes-empty');
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await page.getByText('No device has registered yet.').waitFor();
    await seen('03-devices-empty');
    await page.getByRole('link', { name: 'History', exact: true }).click();
    await page.getByText('Nobody has done anything yet').waitFor();
    await seen('03-history-empty');
  });

  await step('adds the app by its bundle id', async () => {
    await go('/settings/background-push/apps');
    await page.getByText('No app yet.').waitFor();
    await seen('04-apps-empty');
    await page.getByRole('button', { name: 'Add an app' }).first().click();
    const form = page.getByRole('dialog', { name: 'Add an app' });
    await form.getByLabel('Bundle id').fill(BUNDLE_ID);
    await form.getByLabel('Name').fill('News');
    await seen('05-app-form');
    await form.getByRole('button', { name: 'Add an app' }).click();
    await page.getByRole('heading', { name: 'News' }).waitFor();
    await form.waitFor({ state: 'detached' });
    await seen('06-app-without-key');
  });

  const production = page.getByRole('region', { name: 'News, Production' });

  await step('drops in the .p8 key with key id and team id', async () => {
    await production.getByRole('button', { name: 'Add a key' }).click();
    const form = page.getByRole('dialog', { name: 'Key for News, Production' });
    const buffer = Buffer.from(credential.key);
    await form.locator('input[type=file]').setInputFiles({
      name: `AuthKey_${credential.keyId}.p8`,
      mimeType: 'application/octet-stream',
      buffer,
    });
    await form.getByText(`AuthKey_${credential.keyId}.p8 is read`).waitFor();
    assert.equal(await form.getByLabel('Key id').inputValue(), credential.keyId, 'the key id, from the file’s name');
    await form.getByLabel('Team id').fill(credential.teamId);
    await seen('07-key-form');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await production.getByText('Set up', { exact: true }).waitFor();
    await production.getByText(credential.keyId).waitFor();
  });

  await step('checks the credentials with APNs', async () => {
    await production.getByRole('button', { name: 'Check credentials' }).click();
    await production.getByText('APNs found no fault with the key').waitFor();
    await production.getByText('BadDeviceToken').first().waitFor();
    await seen('08-app-checked');
    assert.deepEqual(
      simulator.log.map(({ status, reason, topic }) => ({ status, reason, topic })),
      [{ status: 400, reason: 'BadDeviceToken', topic: BUNDLE_ID }],
      'the check asks APNs once, with a token that cannot be',
    );
  });

  await step('adds a trigger for published articles', async () => {
    await go('/settings/background-push/triggers');
    await page.getByText('No trigger yet.').waitFor();
    await seen('09-triggers-empty');
    await page.getByRole('button', { name: 'Add a trigger' }).click();
    const form = page.getByRole('dialog', { name: 'Add a trigger' });
    await form.getByLabel('Content type').click();
    await page.getByRole('option', { name: /^Article/ }).click();
    assert.equal(await form.getByRole('checkbox', { name: 'Publish', exact: true }).isChecked(), true);
    await seen('10-trigger-form');
    await form.getByRole('radio', { name: 'Devices get chosen parts' }).click();
    await form.getByRole('textbox', { name: 'Devices get chosen parts' }).fill('{ "fields": ["title"');
    await form.getByRole('button', { name: 'Add a trigger' }).click();
    await form.getByText('It must be a JSON object').waitFor();
    await form.getByRole('radio', { name: 'Everything that it shows is news too' }).click();
    await form.getByRole('checkbox', { name: 'Such news wakes devices' }).waitFor();
    await seen('10-trigger-content');
    await form.getByRole('radio', { name: 'Devices get the whole entry' }).click();
    await form.getByRole('button', { name: 'Add a trigger' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: 'Article', exact: false }).first().waitFor();
    await seen('11-triggers');
  });

  await step('lets apps register', async () => {
    await go('/plugins/background-push');
    await page.getByText('3 of 5 done').waitFor();
    await grantRegistration(page);
    await go('/plugins/background-push');
    await page.getByText('4 of 5 done').waitFor();
    await seen('12-overview-ready');
  });

  await step('a device registers over the content API', async () => {
    const path = '/api/background-push/devices';
    const response = await fetch(`${strapi.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ app: BUNDLE_ID, environment: 'production', token, locale: 'en' }),
    });
    const body = await response.text();
    witness.add(`POST ${path} → ${response.status}`, body);
    assert.equal(response.ok, true, `POST ${path} → ${response.status}: ${body}`);
  });

  await step('publishes an article in the Content Manager', async () => {
    await go('/content-manager/collection-types/api::article.article/create?plugins[i18n][locale]=en');
    await page.getByLabel('title').fill('Hello, every device');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Published document').waitFor();
  });

  await step('one valid push reaches the device', async () => {
    await until(() => simulator.accepted().size > 0, { within: PUSHED_WITHIN_MS, what: 'A push at APNs' });
    await go('/plugins/background-push');
    await page.getByRole('heading', { name: 'Latest pushes' }).waitFor();
    const row = page.getByRole('region', { name: 'Pushes' }).getByRole('row').nth(1);
    await row.getByText('Done').waitFor();
    await row.getByText('1 accepted').waitFor();
    await seen('13-overview-pushed');
    assert.deepEqual(Object.fromEntries(simulator.accepted()), { [token]: 1 }, 'valid pushes that APNs took, by token');
    const { headers, body } = simulator.log.find(({ status }) => status === 200)!;
    assert.equal(headers['apns-push-type'], 'background');
    assert.equal(headers['apns-priority'], '5');
    assert.deepEqual((body as { aps: unknown }).aps, { 'content-available': 1 });
    await row.getByRole('link', { name: '“Hello, every device”' }).click();
    await page.getByRole('heading', { name: '“Hello, every device”', level: 1 }).waitFor();
    await page.getByText('“Hello, every device” · Article · en, published').waitFor();
    await page.getByRole('heading', { name: 'What became of the devices' }).waitFor();
    await page.getByText('1 of 1 met').waitFor();
    await seen('14-push');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'File for Xcode’s simulator' }).click();
    const file = JSON.parse(await readFile(await (await saved).path(), 'utf8')) as object;
    assert.deepEqual(
      file,
      { 'Simulator Target Bundle': BUNDLE_ID, ...(body as object) },
      'what the simulator is given',
    );
    await go('/plugins/background-push/pushes');
    await page.getByText('1 accepted').waitFor();
    await seen('15-pushes');
  });

  await words(stage);

  await step('sends a test push from the list of devices', async () => {
    await go('/plugins/background-push/devices');
    const tail = token.slice(-6);
    const button = page.getByRole('button', { name: /^Send a test push to …/ });
    await button.waitFor();
    await seen('16-devices');
    assert.match((await button.getAttribute('aria-label'))!, new RegExp(`…[0-9a-f]*${tail}$`), 'the end of the token');
    await button.click();
    const dialog = page.getByRole('dialog', { name: 'Test push to' });
    await dialog.getByRole('button', { name: 'Send a test push' }).click();
    await dialog.getByText('APNs accepted it').waitFor();
    await seen('17-test-push');
    assert.deepEqual(Object.fromEntries(simulator.accepted()), { [token]: 2 }, 'the push and the test push');
    await closeDialog(dialog);
  });

  await stepIn(stage, token);

  await step('says what Wake everyone does before it is done', async () => {
    await go('/plugins/background-push');
    await page.getByRole('button', { name: 'Wake everyone' }).click();
    await page.getByText('1 device is told to fetch everything anew.').waitFor();
    await seen('25-wake-everyone');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Start the log anew' }).click();
    await page.getByRole('alertdialog', { name: 'Start the log of News anew' }).waitFor();
    await seen('26-start-anew');
  });

  await step('reads in the history who did what, the first act last', async () => {
    await go('/plugins/background-push/acts');
    await page.getByRole('heading', { name: 'History' }).waitFor();
    const rows = page.getByRole('row');
    await rows.nth(1).waitFor();
    assert.match(
      (await rows.last().textContent()) ?? '',
      /com\.example\.news|News/,
      'the oldest act: the app was added',
    );
    await seen('27-history');
  });

  await audienceByTags(stage);
  await inEachLanguage(stage);
}

/** Closes Strapi's own news wherever they show: they would cover a third of a phone. */
export async function closeNews(page: Page): Promise<void> {
  const news = page.getByText('Introducing the new Media Library');
  await page.addLocatorHandler(news, async () => {
    await news.locator('xpath=ancestor::*[.//button][1]').getByRole('button').last().click();
  });
}

/** As the set-up says: Roles → Public → Background-push, the actions of “device”, “changes” and “snapshot”. */
async function grantRegistration(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Open roles' }).click();
  await page.getByText('Public', { exact: true }).click();
  await page.getByRole('button', { name: /^Background-push/i }).click();
  // `find` of changes and of the snapshot.
  for (const action of ['register', 'update', 'delete', 'find']) {
    for (const box of await page.getByRole('checkbox', { name: action, exact: true }).all()) await box.check();
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Role edited').waitFor();
}

async function closeDialog(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
}
