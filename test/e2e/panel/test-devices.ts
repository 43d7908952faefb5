import type { Stage } from '../walk';
import type { Fleet } from './fleet';

const NAMES = ['Ada’s iPhone', 'The iPad on the desk'] as const;

/** Marks two devices as test devices, tests both at once, and reads what APNs answered. */
export async function testDevices(
  { page, strapi, photographer, report, simulator }: Stage,
  { ids, tokens }: Fleet,
): Promise<void> {
  const { step } = report;
  const go = (path: string) => page.goto(`${strapi.url}/admin/plugins/background-push${path}`);
  const rows = page.getByRole('region', { name: /^Test pushes of / }).getByRole('row');

  await step('says how to mark a test device while there is none', async () => {
    await go('/devices');
    await page.getByRole('checkbox', { name: 'Test devices only' }).check();
    await page.getByText('No device is marked as a test device.').waitFor();
    await photographer.glance(page, '63-test-devices-none');
  });

  await step('marks two devices by their pages, and names one anew', async () => {
    for (const [index, id] of [ids.newest, ids.silent].entries()) {
      await go(`/devices/${id}`);
      await page.getByRole('button', { name: 'Mark as test device' }).click();
      const form = page.getByRole('dialog');
      await form.getByLabel('Name').fill(index === 0 ? 'Wrong' : NAMES[index]);
      await form.getByRole('button', { name: 'Save' }).click();
      await form.waitFor({ state: 'detached' });
    }
    await go(`/devices/${ids.newest}`);
    await page.getByRole('button', { name: 'Rename test device' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(NAMES[0]);
    await photographer.takeWide(page, '64-test-device-form');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText(NAMES[0]).first().waitFor();
    simulator.behave({ token: tokens.silent, reason: 'TooManyRequests', times: 1 });
  });

  await step('sends to both at once, and the log says what APNs answered each', async () => {
    await go('/devices');
    await page.getByRole('checkbox', { name: 'Test devices only' }).check();
    await page.getByText(NAMES[1]).first().waitFor();
    await page.getByText('No test push was sent here yet.').waitFor();
    await page.getByRole('button', { name: 'Send to all test devices' }).click();
    await rows.filter({ hasText: NAMES[0] }).getByText('APNs accepted it').waitFor();
    await rows.filter({ hasText: NAMES[1] }).getByText('TooManyRequests').waitFor();
    await photographer.take(page, '65-test-devices');
  });

  await step('unmarks one of them', async () => {
    await page.getByRole('link', { name: NAMES[1] }).first().click();
    await page.getByRole('button', { name: 'Unmark' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Unmark' }).click();
    await page.getByRole('button', { name: 'Mark as test device' }).waitFor();
  });
}
