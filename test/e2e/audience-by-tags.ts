import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BUNDLE_ID } from '../demo/stage';
import type { Stage } from './walk';

/** A trigger that wakes by tags, with the preview of what the latest entry makes. */
export async function audienceByTags({ page, strapi, photographer, report }: Stage): Promise<void> {
  const { step } = report;
  const seen = (name: string) => photographer.take(page, name);
  const form = page.getByRole('dialog', { name: 'Add a trigger' });
  const preview = form.getByRole('status');

  await step('chooses the devices with a tag, and is told that nothing is published yet', async () => {
    await page.goto(`${strapi.url}/admin/settings/background-push/triggers`);
    await page.getByRole('button', { name: 'Add a trigger' }).first().click();
    await form.getByRole('radio', { name: 'Devices with a tag of the entry' }).click();
    await preview.getByText('Choose a content type and write a tag').waitFor();
    await form.getByLabel('Content type').click();
    await page.getByRole('option', { name: /^Note/ }).click();
    await form.getByRole('textbox', { name: 'Tag 1' }).fill('note:{title}');
    await preview.getByText('No entry is published yet.').waitFor();
    await form.getByRole('button', { name: 'Add a trigger' }).scrollIntoViewIfNeeded();
  });

  await step('sees what the latest entry makes, which templates make nothing and why, and whom they find', async () => {
    const response = await fetch(`${strapi.url}/api/background-push/devices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        app: BUNDLE_ID,
        environment: 'production',
        token: randomBytes(32).toString('hex'),
        tags: ['note:hello'],
      }),
    });
    assert.equal(response.ok, true, `a device with a tag registers: ${response.status}`);
    const admin = await strapi.admin();
    await admin.call('POST', '/content-manager/collection-types/api::note.note', { title: 'hello', body: 'two words' });
    for (const [place, template] of [
      [2, 'body:{body}'],
      [3, 'category:{category.slug}'],
    ] as const) {
      await form.getByRole('button', { name: 'Add a tag' }).click();
      await form.getByRole('textbox', { name: `Tag ${place}` }).fill(template);
    }
    await preview.getByText('note:hello', { exact: true }).waitFor();
    await preview.getByText('body:{body}: no tag, body has characters that no tag has').waitFor();
    await preview.getByText('names category, which api::note.note does not have').waitFor();
    await preview.getByText(`1 device of ${BUNDLE_ID} in Production`).waitFor();
    await seen('28-audience-tags');
    await preview.scrollIntoViewIfNeeded();
    await seen('29-audience-preview');
  });

  await step('is refused a template that cannot be, beside the field, and saves without it', async () => {
    await form.getByRole('button', { name: 'Remove tag 3' }).click();
    await form.getByRole('button', { name: 'Remove tag 2' }).click();
    await form.getByRole('textbox', { name: 'Tag 1' }).fill('');
    await form.getByRole('button', { name: 'Add a trigger' }).click();
    await form.getByText('This is needed.').waitFor();
    await form.getByRole('textbox', { name: 'Tag 1' }).fill('note:{title}');
    await form.getByRole('button', { name: 'Add a trigger' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByText('Devices with one of the tags note:{title}').waitFor();
    await seen('30-triggers-by-tags');
  });
}
