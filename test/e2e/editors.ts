import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import type { Entry, Overview, Push } from '../../server/admin-api/contract';
import { PACKAGE_DIR } from '../demo/build-panel';
import { BUNDLE_ID } from '../demo/stage';
import { administrator, callStrapi, type AdminSession } from '../integration/admin-session';
import { hireClerk } from '../integration/admin-api/admin-scene';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { until } from '../until';
import { closeNews, type Stage } from './walk';

const ARTICLE = 'api::article.article';
const PAGE = 'api::page.page';
const ARTICLES = `/content-manager/collection-types/${ARTICLE}`;

/** Where the Content Manager goes by itself; once something is filled in, it asks whether to leave. */
const ENGLISH = '?plugins[i18n][locale]=en';

/** Long enough to read a sentence before it comes true. */
const QUIET_MS = 5_000;
const PER_HOUR = 5;
const WITHIN_MS = 60_000;
const BY = `${administrator.firstname} ${administrator.lastname}`;

type EditorStage = Omit<Stage, 'strapi'>;

/** A Strapi whose administrators have set everything up, for the editors' own walk. */
export async function startEditorsStrapi({ simulator, credential }: Pick<Stage, 'simulator' | 'credential'>) {
  const { origin, ca } = simulator;
  return startProcess({
    pluginDir: PACKAGE_DIR,
    config: {
      apps: [{ bundleId: BUNDLE_ID, name: 'News', production: credential, sandbox: credential }],
      triggers: [
        { name: 'articles', contentType: ARTICLE, wakeOn: ['publish', 'unpublish'], apps: [BUNDLE_ID] },
        { name: 'pages', contentType: PAGE, wakeOn: ['delete'], apps: [BUNDLE_ID] },
      ],
      apns: { origin: { production: origin, sandbox: origin }, ca, requestTimeoutMs: 40_000 },
      coalesce: { quietMs: QUIET_MS, maxWaitMs: 60_000, pushesPerHour: { production: PER_HOUR, sandbox: PER_HOUR } },
    },
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', SERVE_ADMIN_PANEL: 'true' },
  });
}

/** What editors see and choose: the panel's sentence is compared with what then happens. */
export async function editors(stage: EditorStage, strapi: StrapiProcess): Promise<void> {
  const { page, simulator, photographer, report } = stage;
  const { step } = report;
  const seen = (name: string) => photographer.take(page, name);
  const go = (path: string) => page.goto(`${strapi.url}/admin${path}`);
  const panel = page.locator('aside').filter({ has: page.getByRole('heading', { name: 'Background push' }) });
  const admin = await strapi.admin();
  const api = async <T>(method: string, path: string, body?: object) =>
    (await admin.call<{ data: T }>(method, `/background-push${path}`, body)).data;
  const lane = async () => (await api<Overview>('GET', '/overview')).apps[0].lanes[0];
  const pushes = () => api<Push[]>('GET', '/pushes');
  const reached = () => [...simulator.accepted().values()].reduce((sum, times) => sum + times, 0);
  const said = async (sentence: string | RegExp) => panel.getByText(sentence).first().waitFor();

  async function register(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const body = { app: BUNDLE_ID, environment: 'production', token: randomBytes(32).toString('hex'), locale: 'en' };
      await callStrapi(strapi.url, 'POST', '/api/background-push/devices', { body });
    }
  }

  /** Opens a new article and fills in its title. */
  async function write(title: string): Promise<void> {
    await go(`${ARTICLES}/create${ENGLISH}`);
    await page.getByLabel('title').fill(title);
  }

  async function publish(): Promise<number> {
    const at = Date.now();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Published document').first().waitFor();
    return at;
  }

  async function choose(label: string, photograph: string): Promise<Locator> {
    await page.getByRole('button', { name: 'More document actions' }).first().click();
    await page.getByRole('menuitem', { name: label }).click();
    const dialog = page.getByRole('alertdialog', { name: label });
    await dialog.waitFor();
    await photographer.takeWide(page, photograph);
    return dialog;
  }

  /** Waits for the next finished push. @returns it */
  async function pushed(before: number): Promise<Push> {
    return until(
      async () => {
        const list = await pushes();
        return list.length > before && list[0].state === 'finished' && list[0];
      },
      { within: WITHIN_MS, what: 'The push' },
    );
  }

  await step('logs in as an editor’s administrator', async () => {
    await strapi.grantPublic(['plugin::background-push.device.register']);
    await closeNews(page);
    await go('/auth/login');
    await page.getByLabel('Email').fill(administrator.email);
    await page.getByLabel('Password', { exact: false }).first().fill(administrator.password);
    await page.getByRole('button', { name: 'Login' }).click();
    await page.getByRole('link', { name: 'Background push' }).waitFor();
    simulator.clear();
  });

  await step('says that nobody is woken while no device is there, and nobody is', async () => {
    await write('Hello, nobody');
    await said('Wakes nobody: no device of News is concerned.');
    await seen('30-entry-nobody');
    await publish();
    await said('No device of News was concerned.');
    assert.equal(reached(), 0);
    assert.equal((await pushes()).length, 0);
  });

  await step('says how many devices are woken and when, and they are', async () => {
    await register(3);
    await write('Hello, devices');
    await said('Wakes 3 devices of News about 5 s after you publish.');
    const at = await publish();
    await said(/^Waits: a push to News leaves/);
    await seen('31-entry-waits');
    const push = await pushed(0);
    assert.equal(push.counters.accepted, 3);
    assert.equal(reached(), 3);
    assert.ok(push.createdAt - at >= QUIET_MS - 500, `left ${push.createdAt - at} ms after the click`);
    await said(/^Reached 3 of 3 devices of News at/);
    await seen('32-entry-told');
    assert.equal(await panel.getByRole('link').count(), 1, 'the last pushes of the entry');
  });

  await step('shows nothing beside an entry that no trigger names, and says where no trigger wakes', async () => {
    await go('/content-manager/collection-types/api::note.note/create');
    await page.getByLabel('title').waitFor();
    assert.equal(await panel.count(), 0);
    await go(`/content-manager/collection-types/${PAGE}/create`);
    await said(/^Wakes nobody: no trigger for this action/);
  });

  await step('publishes without a push', async () => {
    const before = (await pushes()).length;
    await write('Psst');
    const dialog = await choose('Publish without push', '33-publish-without');
    await dialog.getByText('Nobody is woken.').waitFor();
    await dialog.getByRole('button', { name: 'Publish without push' }).click();
    await page.getByText('Published document').first().waitFor();
    await said(`${BY} published it without a push.`);
    await said('Wakes nobody of News. Apps find it with the next push, or when they ask.');
    await seen('34-entry-without');
    assert.equal((await lane()).departure.kind, 'none');
    assert.equal((await pushes()).length, before);
  });

  await step('publishes and sends now, without the wait, and what waited goes along', async () => {
    const before = (await pushes()).length;
    await write('Right now');
    await said('Wakes 3 devices of News about 5 s after you publish. 1 change waits already and leaves with it.');
    const dialog = await choose('Publish and send now', '35-publish-now');
    await dialog.getByText('Wakes 3 devices of News at once.').waitFor();
    await dialog.getByRole('button', { name: 'Publish and send now' }).click();
    await page.getByText('Published document').first().waitFor();
    const push = await pushed(before);
    assert.equal(push.hurry, 'now');
    assert.equal(push.askedBy, BY);
    assert.equal(push.counters.accepted, 3);
    await said(/^Reached 3 of 3 devices of News at/);
  });

  await step('says that a push is on its way, and shows how far it is', async () => {
    const hang = simulator.behave({ hang: true, times: 1 });
    const before = (await pushes()).length;
    await write('On its way');
    await publish();
    await said(/^On its way to News:/);
    await seen('36-entry-sending');
    await write('The next one');
    await said(/^Wakes 3 devices of News after the push that is on its way, not before/);
    hang();
    const [running] = await pushes();
    await api('POST', `/pushes/${running.id}/cancel`, {});
    await pushed(before);
  });

  await step('says that a paused app wakes nobody for now, and it does not', async () => {
    const { id } = await lane();
    await api('POST', `/lanes/${id}/pause`, {});
    const before = (await pushes()).length;
    await write('While paused');
    await said('Wakes nobody for now: pushes of News are paused. The change waits until somebody resumes them.');
    await publish();
    await said('Waits until pushes to News go on.');
    await seen('37-entry-paused');
    assert.equal((await pushes()).length, before);
    await api('POST', `/lanes/${id}/resume`, {});
    const push = await pushed(before);
    assert.equal(push.counters.accepted, 3);
  });

  await step('says the same in the dialogs of bulk publish and bulk unpublish, and it comes true', async () => {
    const before = (await pushes()).length;
    await go(ARTICLES);
    await page
      .getByRole('row', { name: /Hello, devices/ })
      .getByRole('checkbox')
      .check();
    await page.getByRole('row', { name: /Psst/ }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Unpublish' }).click();
    const unpublish = page.getByRole('alertdialog', { name: 'Confirmation' });
    await unpublish.getByText(/^Wakes 3 devices of News about 5 s after you unpublish/).waitFor();
    await photographer.takeWide(page, '38-bulk-unpublish');
    await unpublish.getByRole('button', { name: 'Confirm' }).click();
    const push = await pushed(before);
    assert.equal(push.counters.accepted, 3);
    // The list shows what was unpublished once it is asked for again. Two, because Strapi's list often has no buttons for the
    // first that is chosen, until another is.
    await go(ARTICLES);
    for (const name of [/Hello, devices.*draft/i, /Psst.*draft/i]) {
      await page.getByRole('row', { name }).getByRole('checkbox').check();
    }
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish entries' });
    await dialog.getByText(/^Held until/).waitFor();
    await photographer.takeWide(page, '39-bulk-publish');
    await page.keyboard.press('Escape');
  });

  await step('holds what the hour has no room for until the minute that it names', async () => {
    const before = (await pushes()).length;
    const { departure, budget } = await lane();
    assert.equal(budget.used, PER_HOUR, `departure ${departure.kind}`);
    await write('Too much');
    await said(new RegExp(`^Held until .*: ${PER_HOUR} pushes went out this hour. Then wakes 3 devices of News.`));
    const sentence = await panel
      .getByText(/^Held until/)
      .first()
      .innerText();
    await seen('40-entry-held');
    await publish();
    await said(/^Waits: a push to News leaves at/);
    const waiting = await until(async () => (await lane()).departure.kind === 'budget' && (await lane()), {
      within: WITHIN_MS,
      what: 'A push that the budget holds',
    });
    const minute = await page.evaluate(
      (ms) => new Intl.DateTimeFormat('en', { timeStyle: 'short' }).format(ms),
      waiting.departure.at ?? 0,
    );
    assert.ok(sentence.includes(minute), `“${sentence}” names ${minute}`);
    assert.equal((await pushes()).length, before);
    await api('POST', `/lanes/${waiting.id}/force`, {});
    assert.equal((await pushed(before)).counters.accepted, 3);
  });

  await step('asks once for an entry that stands still', async () => {
    const { documentId } = await ofTitle(admin, 'Hello, nobody');
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/background-push/')) asked.push(request.url());
    });
    await go(`${ARTICLES}/${documentId}`);
    await panel.waitFor();
    await page.waitForLoadState('networkidle');
    const news = await api<Entry>('GET', `/entries/${ARTICLE}?documentId=${documentId}&locale=en`);
    assert.equal(news.news?.lanes[0].state, 'unheard');
    assert.equal(asked.length, 1, asked.join('\n'));
    page.removeAllListeners('request');
  });

  await step('shows each editor what the role allows: nothing, the sentence, one of the two choices', async () => {
    const clerk = await hireClerk({ booted: strapi, superAdmin: admin });
    /** Waits until the menu offers these ways to publish, and no other. */
    const offers = async (...items: string[]) => {
      await page.getByLabel('title').fill('As an editor');
      const more = page.getByRole('button', { name: 'More document actions' }).first();
      const offered = async () => {
        // Where it has nothing to offer it cannot be opened.
        if (await more.isDisabled()) return [];
        await more.click();
        const all = await page.getByRole('menuitem').allInnerTexts();
        await page.keyboard.press('Escape');
        return all.filter((item) => item.startsWith('Publish'));
      };
      await until(async () => isDeepStrictEqual(await offered(), items), {
        within: WITHIN_MS,
        what: `A menu with ${items.join(', ') || 'no way to publish'}`,
      });
    };
    await clerk.grant(allowed([]));
    await logInAsClerk(page, strapi.url);
    await go(`${ARTICLES}/create${ENGLISH}`);
    await page.getByLabel('title').waitFor();
    assert.equal(await panel.count(), 0);
    await offers();
    await seen('41-entry-without-permission');
    for (const [own, items] of [
      [['entries.read'], []],
      [['entries.read', 'publish.without'], ['Publish without push']],
      [['entries.read', 'publish.now'], ['Publish and send now']],
    ]) {
      await clerk.grant(allowed(own));
      await go(`${ARTICLES}/create${ENGLISH}`);
      await said(/^(Wakes|Held)/);
      await offers(...items);
    }
  });
}

async function ofTitle(admin: AdminSession, title: string) {
  const query = new URLSearchParams({ 'filters[title][$eq]': title });
  const { results } = await admin.call<{ results: { documentId: string }[] }>('GET', `${ARTICLES}?${query}`);
  return results[0];
}

/** The permissions of a role that edits articles, and has these of ours. */
function allowed(own: readonly string[]): object[] {
  const editing = ['create', 'read', 'update', 'publish'].map((action) => ({
    action: `plugin::content-manager.explorer.${action}`,
    subject: ARTICLE,
    properties: action === 'publish' ? { locales: ['en'] } : { fields: ['title', 'body', 'rating'], locales: ['en'] },
    conditions: [],
  }));
  const chosen = own.map((uid) => ({
    action: `plugin::background-push.${uid}`,
    subject: null,
    properties: {},
    conditions: [],
  }));
  return [...editing, ...chosen];
}

async function logInAsClerk(page: Page, url: string): Promise<void> {
  await page.context().clearCookies();
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.goto(`${url}/admin/auth/login`);
  await page.getByLabel('Email').fill('clerk@example.com');
  await page.getByLabel('Password', { exact: false }).first().fill('One-thing-at-a-time-1');
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByRole('link', { name: 'Content Manager' }).waitFor();
}
