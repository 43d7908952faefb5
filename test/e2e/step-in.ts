import assert from 'node:assert/strict';
import { administrator } from '../integration/admin-session';
import { until } from '../until';
import type { Stage } from './walk';

const LANE = 'News, Production';
const BY = `${administrator.firstname} ${administrator.lastname}`;

/** What an administrator does when something must not leave, or must leave sooner. */
export async function stepIn({ page, strapi, simulator, photographer, report }: Stage, token: string): Promise<void> {
  const { step } = report;
  const card = page.getByRole('region', { name: LANE });
  const seen = (name: string) => photographer.take(page, name);
  const reached = () => simulator.accepted().get(token) ?? 0;
  const sent = () => simulator.log.filter(({ token: to }) => to === token).length;

  /** Asks for an act on the lane and confirms it. */
  async function act(button: string, confirm: string, photograph: string): Promise<void> {
    await card.getByRole('button', { name: `${button} ${LANE}` }).click();
    const dialog = page.getByRole('alertdialog', { name: `${button} ${LANE}` });
    await dialog.waitFor();
    await seen(photograph);
    await dialog.getByRole('button', { name: confirm, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async function publish(): Promise<void> {
    const admin = await strapi.admin();
    const path = '/content-manager/collection-types/api::article.article/actions/publish';
    await admin.call('POST', path, { title: 'Hello again' });
  }

  await step('pauses the lane, and is named for it', async () => {
    await page.goto(`${strapi.url}/admin/plugins/background-push`);
    await act('Pause', 'Pause', '18-pause');
    await card.getByText(`Paused by an administrator (${BY}).`).waitFor();
    const before = reached();
    await publish();
    await card.getByText('1 change waits until the lane is resumed.').waitFor();
    await seen('19-paused');
    assert.equal(reached(), before, 'pushes of a paused lane');
  });

  await step('resumes it, and what waited leaves', async () => {
    const before = reached();
    await card.getByRole('button', { name: `Resume ${LANE}` }).click();
    await card.getByText(`${BY} resumed the lane.`).waitFor();
    await until(() => reached() === before + 1, { within: 30_000, what: 'The push that waited' });
    await card.getByText('Nothing waits.').waitFor();
  });

  await step('cancels a push under way', async () => {
    const before = sent();
    simulator.behave({ token, hang: true, times: 1 });
    await publish();
    await until(() => sent() === before + 1, { within: 30_000, what: 'A push that hangs' });
    const button = card.getByRole('button', { name: 'Cancel the push' });
    await button.waitFor();
    await seen('20-sending');
    await button.click();
    const dialog = page.getByRole('alertdialog', { name: 'Cancel the push' });
    await dialog.getByRole('button', { name: 'Cancel the push' }).click();
    await card.getByText(`${BY} cancelled a push.`).waitFor();
    await card.getByText('1 change goes along with the next push; it wakes nobody by itself.').waitFor();
    await seen('21-cancelled');
  });

  await step('sends now what was cancelled', async () => {
    const before = reached();
    await act('Send now to', 'Send now', '22-send-now');
    await until(() => reached() === before + 1, { within: 30_000, what: 'The push that was asked for' });
    await card.getByText(`${BY} asked to send now.`).waitFor();
  });

  await step('sends over the budget when the hour is used up', async () => {
    await publish();
    await card.getByText('3 of 3 pushes used this hour').waitFor();
    await seen('23-budget');
    const before = reached();
    await act('Send over the budget to', 'Send it', '24-force');
    await until(() => reached() === before + 1, { within: 30_000, what: 'The push that was forced' });
  });
}
