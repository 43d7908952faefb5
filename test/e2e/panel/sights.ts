import assert from 'node:assert/strict';
import type { Push } from '../../../server/admin-api/contract';
import type { Locator } from 'playwright-core';
import { BUNDLE_ID } from '../../demo/stage';
import { findBarriers } from '../barriers';
import type { Stage } from '../walk';
import { ARTICLE, type Fleet } from './fleet';
import { visit } from './causes';

/** Every other page of the plugin, full of what it can show. */
export async function sights(stage: Stage, fleet: Fleet): Promise<void> {
  const { page, strapi, photographer, report } = stage;
  const { step } = report;
  const seen = (name: string) => photographer.take(page, name);
  const part = (name: string, middle: Locator) => photographer.takePart(page, name, middle);
  const go = (path: string) => page.goto(`${strapi.url}/admin${path}`);

  await step('would see what keeps people out', async () => {
    await go('/plugins/background-push');
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.deepEqual(await findBarriers(page, 'light'), []);
    await page.evaluate(() => document.querySelector('main')?.append(new Image()));
    assert.match((await findBarriers(page, 'light')).join(), /image-alt/);
    await page.evaluate(() => document.querySelector('main > img')?.remove());
  });

  await step('sees the overview with the fleet, two weeks of pushes and what is wrong', async () => {
    await go('/plugins/background-push');
    await page.getByText('Devices reached in the last 14 days').first().waitFor();
    await page.getByRole('button', { name: 'Delete them' }).waitFor();
    await seen('53-overview');
    await part('53-overview-lane', page.getByRole('region', { name: 'News, Production' }));
    await part('53-overview-days', page.getByRole('region', { name: 'Devices reached in the last 14 days' }));
    await page.getByRole('button', { name: 'Delete them' }).click();
    await page.getByRole('alertdialog').waitFor();
    await seen('54-held-deletions');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  });

  await step('sees pushes, one of them, and the history', async () => {
    const lane = await fleet.laneId(BUNDLE_ID, 'sandbox');
    const [push] = await fleet.call<Push[]>('GET', `/pushes?lane=${lane}`);
    await visit(stage, '/plugins/background-push/pushes');
    await page.getByRole('row').nth(2).waitFor();
    await seen('55-pushes');
    await visit(stage, `/plugins/background-push/pushes/${push.id}`);
    await page.getByRole('heading', { name: 'What became of the devices' }).waitFor();
    await seen('56-push');
    await part('56-push-below', page.getByRole('heading', { level: 2 }).last());
    await visit(stage, '/plugins/background-push/acts');
    await page.getByRole('row').nth(2).waitFor();
    await seen('57-history');
  });

  await step('sees the settings', async () => {
    await go('/settings/background-push/apps');
    await page.getByRole('region', { name: 'Weather, Production' }).waitFor();
    await seen('58-apps');
    await visit(stage, '/settings/background-push/triggers');
    await page.getByRole('row').nth(1).waitFor();
    await seen('58-triggers');
  });

  await step('sees the widget and the panel beside an entry', async () => {
    await go('/');
    await page.getByRole('heading', { name: 'Background push' }).waitFor();
    await page
      .getByText(/Storm warning/)
      .first()
      .waitFor();
    const widget = page.locator('main section').filter({ has: page.getByRole('heading', { name: 'Background push' }) });
    await photographer.glance(page, '59-home');
    await part('59-widget', widget);
    await go(`/content-manager/collection-types/${ARTICLE}/create?plugins[i18n][locale]=en`);
    await page.getByRole('heading', { name: 'Background push' }).waitFor();
    await seen('59-side-panel');
  });
}
