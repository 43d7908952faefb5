import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Stage } from '../walk';

/** More than any page has of what can be focused before the middle of it. */
const MOST_TABS = 150;

/** A form and a dialog from beginning to end, by Tab, Enter, Escape and what is typed. */
export async function keyboard({ page, strapi, report }: Stage): Promise<void> {
  const { step } = report;
  const { keyboard: keys } = page;

  await step('adds an app without a pointer', async () => {
    await page.goto(`${strapi.url}/admin/settings/background-push/apps`);
    const opener = page.getByRole('button', { name: 'Add an app' });
    const form = page.getByRole('dialog', { name: 'Add an app' });
    await tabTo(page, opener);
    await keys.press('Enter');
    await form.waitFor();
    await keys.press('Escape');
    await form.waitFor({ state: 'detached' });
    assert.ok(await isFocused(opener), `after Escape the focus is on ${await focused(page)}`);
    await keys.press('Enter');
    await isFocusedSoon(form.getByLabel('Bundle id'));
    await keys.press('Enter');
    await form.getByText('This is needed.').first().waitFor();
    await tabTo(page, form.getByLabel('Bundle id'));
    await keys.type('com.example.keyboard');
    await tabTo(page, form.getByLabel('Name'));
    await keys.type('Keyboard');
    await tabTo(page, form.getByRole('button', { name: 'Add an app' }));
    await keys.press('Enter');
    await form.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
    assert.ok(await isFocused(opener), `after the form the focus is on ${await focused(page)}`);
  });

  await step('wakes everyone of an app without a pointer', async () => {
    await page.goto(`${strapi.url}/admin/plugins/background-push`);
    const app = page.getByRole('region', { name: 'News', exact: true });
    const opener = app.getByRole('button', { name: 'Wake everyone' });
    const dialog = page.getByRole('alertdialog');
    await opener.waitFor();
    await tabTo(page, opener);
    await keys.press('Enter');
    await dialog.waitFor();
    await keys.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.ok(await isFocused(opener), `after Escape the focus is on ${await focused(page)}`);
    await keys.press('Enter');
    await dialog.waitFor();
    await tabTo(page, dialog.getByRole('button', { name: /^Wake \d/ }));
    await keys.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.ok(await isFocused(opener), `after the dialog the focus is on ${await focused(page)}`);
  });
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if (await isFocused(wanted)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(wanted)}, it is on ${await focused(page)}`);
}

async function isFocusedSoon(wanted: Locator): Promise<void> {
  await wanted.and(wanted.page().locator(':focus')).waitFor();
}

const isFocused = (wanted: Locator) => wanted.evaluate((element) => element === document.activeElement);

const focused = (page: Page) => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? 'nothing');
