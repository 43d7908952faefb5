import assert from 'node:assert/strict';
import type { Stage } from './walk';

/** What is said of pushes in words, once one was sent. */
export async function words({ page, strapi, simulator, photographer, report }: Stage): Promise<void> {
  const { step } = report;
  const seen = (name: string) => photographer.take(page, name);
  const go = (path: string) => page.goto(`${strapi.url}/admin${path}`);

  await step('previews what publishing the article again would send, and sends nothing', async () => {
    const before = simulator.log.length;
    await go('/settings/background-push/triggers');
    await page.getByRole('button', { name: 'Preview of Article' }).click();
    const dialog = page.getByRole('dialog', { name: 'Preview of Article' });
    await dialog.getByText('if “Hello, every device” · Article · en were published now').waitFor();
    await dialog.getByText('Wakes 1 device of News').waitFor();
    await dialog.getByText('"apns-push-type": "background"').first().waitFor();
    await seen('14-preview');
    assert.equal(simulator.log.length, before, 'pushes that APNs got');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
}
