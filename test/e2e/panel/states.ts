import assert from 'node:assert/strict';
import type { Push } from '../../../server/admin-api/contract';
import { BUNDLE_ID } from '../../demo/stage';
import { administrator } from '../../integration/admin-session';
import { logIn, logOut } from '../log-in';
import type { Stage } from '../walk';
import { visit } from './causes';
import { ARTICLE, type Fleet } from './fleet';

interface Sight {
  name: string;
  path: string;
  /** The question that the page cannot do without. */
  asks: RegExp;
}

/** Pages while they wait for an answer, when there is none, and for whoever may not see them. */
export async function states(stage: Stage, fleet: Fleet): Promise<void> {
  const { page, strapi, photographer, witness, report } = stage;
  const { step } = report;
  const main = page.getByRole('main');
  const [push] = await fleet.call<Push[]>('GET', `/pushes?lane=${await fleet.laneId(BUNDLE_ID)}`);
  const room = '/plugins/background-push';
  const asks = (path: string) => new RegExp(`^${strapi.url}/background-push/${path}$`);
  const pages: Sight[] = [
    { name: 'overview', path: room, asks: asks('overview') },
    { name: 'pushes', path: `${room}/pushes`, asks: asks('pushes\\?.*') },
    { name: 'push', path: `${room}/pushes/${push.id}`, asks: asks('pushes/\\d+') },
    { name: 'devices', path: `${room}/devices`, asks: asks('devices\\?.*') },
    { name: 'device', path: `${room}/devices/${fleet.ids.behind}`, asks: asks('devices/[^?/]+') },
    { name: 'history', path: `${room}/acts`, asks: asks('acts\\?.*') },
    { name: 'apps', path: '/settings/background-push/apps', asks: asks('apps') },
    { name: 'triggers', path: '/settings/background-push/triggers', asks: asks('triggers') },
  ];
  const go = (path: string) => page.goto(`${strapi.url}/admin${path}`);

  await step('shows that it waits for an answer, and that something went wrong where the server fails', async () => {
    const failuresEnd = witness.expectFailures();
    for (const { name, path, asks } of pages) {
      let fail = () => {};
      const held = new Promise<void>((resolve) => (fail = resolve));
      await page.route(asks, async (route) => {
        await held;
        await route.fulfill({ status: 500, json: { error: { status: 500, message: 'It fails.' } } });
      });
      await go(path);
      await main.getByText('Loading content.').waitFor();
      await photographer.glance(page, `80-loading-${name}`);
      fail();
      await main.getByText('Something went wrong').waitFor();
      await photographer.glance(page, `81-error-${name}`);
      await page.unrouteAll();
    }
    await page.route(asks('(news|entries/.*)'), (route) => route.fulfill({ status: 500, json: {} }));
    await go('/');
    await page
      .locator('section', { has: page.getByRole('heading', { name: 'Background push' }) })
      .getByText('load')
      .waitFor();
    await photographer.glance(page, '81-error-widget');
    await go(`/content-manager/collection-types/${ARTICLE}/create?plugins[i18n][locale]=en`);
    await page.locator('aside').getByText('What publishing does cannot be told at present').waitFor();
    await photographer.glance(page, '81-error-side-panel');
    await page.unrouteAll();
    failuresEnd();
  });

  await step('says what is not there any more', async () => {
    const failuresEnd = witness.expectFailures();
    await go(`${room}/devices/00000000-0000-4000-8000-000000000000`);
    await main.getByText('There is no such device any more.').waitFor();
    await photographer.glance(page, '82-gone-device');
    failuresEnd();
  });

  await step('keeps everything from whoever has no permission', async () => {
    const admin = await strapi.admin();
    const role = await admin.call<{ data: { id: number } }>('POST', '/admin/roles', {
      name: 'Nobody',
      description: 'May do nothing',
    });
    const login = { email: 'nobody@example.com', password: 'May-do-nothing-1' };
    const user = await admin.call<{ data: { id: number } }>('POST', '/admin/users', {
      email: login.email,
      firstname: 'Nobody',
      roles: [role.data.id],
    });
    await admin.call('PUT', `/admin/users/${user.data.id}`, { password: login.password, isActive: true });
    await logOut(page);
    await logIn(page, strapi.url, login);
    await page.getByRole('heading', { name: 'Hello Nobody' }).waitFor();
    assert.equal(await page.getByText('Background push').count(), 0, 'the link of the menu and the widget');
    const asked = witness.answers.length;
    for (const { name, path } of [...pages, { name: 'move', path: `${room}/devices/move` }]) {
      await visit(stage, '/');
      await page.getByRole('heading', { name: 'Hello Nobody' }).waitFor();
      await visit(stage, path);
      await page.getByText("You don't have the permissions to access that content").waitFor();
      await photographer.glance(page, `83-no-permission-${name}`);
    }
    assert.deepEqual(witness.answers.slice(asked), [], 'what was asked of the plugin');
    await logOut(page);
    await logIn(page, strapi.url, administrator);
  });
}
