import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readPushes } from '../demo/figures';
import { publishArticle } from '../demo/set-up';
import { callStrapi, openAdminSession, type AdminSession } from '../integration/admin-session';
import { grantPublic } from '../integration/public-role';
import { BUNDLE_ID, credential, publicKey } from '../integration/scene';
import { until } from '../until';
import { startSimulator, type Simulator } from '../simulator';
import type { Addresses } from './apps';
import { buildApp, expectTypes, installApp, writeApp, type CleanApp } from './clean-app';
import { startPathProxy } from './path-proxy';
import { startApp } from './running-app';
import { runSteps, type Result, type Step } from './steps';
import type { Manifest, Tarball } from './tarball';

/** The plugin as it would be published. */
export interface Package {
  tarball: Tarball;
  manifest: Manifest;
}

const ARRIVES_WITHIN_MS = 60_000;

/** Installs the package into a clean Strapi app, starts it and publishes there. */
export function tryPackage({ tarball, manifest }: Package, app: CleanApp): Promise<Result> {
  const { directory, addresses, language } = app;
  return runSteps(async (step, closing) => {
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    await step('the tarball installs into a clean Strapi app', async () => {
      writeApp(app, tarball, manifest);
      await installApp(app);
    });
    await step('its types accept a configuration, a payload and answers, and refuse what is misspelt', () =>
      expectTypes(app),
    );

    const keys = [{ ...credential, publicKey }];
    const simulator = await startSimulator({ keys, topics: [BUNDLE_ID] });
    closing.push(() => simulator.close());
    const proxy = await startPathProxy(addresses.below);
    closing.push(() => proxy.close());
    const env = environmentOf(addresses, proxy.url, simulator);
    if (language === 'TypeScript') await step('strapi build compiles the app and its panel', () => buildApp(app, env));

    const running = await step('Strapi starts in production mode and finds the plugin by itself', async () => {
      const started = await startApp(directory, env);
      closing.push(() => started.stop());
      proxy.sendTo(started.port);
      return started;
    });
    try {
      if (language === 'TypeScript') {
        await step(`the panel is served under ${addresses.below}${addresses.adminUrl}, with the plugin in it`, () =>
          expectPanel(proxy.url, addresses),
        );
      }
      await use(step, proxy.url, addresses, simulator);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nStrapi said:\n${running.log()}`, { cause: error });
    }
  });
}

/** What the app's configuration reads. */
function environmentOf(addresses: Addresses, url: string, simulator: Simulator): Record<string, string> {
  return {
    REST_PREFIX: addresses.restPrefix,
    ADMIN_URL: addresses.adminUrl,
    SERVER_URL: addresses.below === '' ? '' : url,
    APNS_KEY_ID: credential.keyId,
    APNS_TEAM_ID: credential.teamId,
    APNS_KEY: credential.key,
    APNS_ORIGIN: simulator.origin,
    APNS_CA: simulator.ca,
  };
}

async function expectPanel(url: string, { below, adminUrl }: Addresses): Promise<void> {
  const page = await read(`${url}${adminUrl}`);
  const script = /<script[^>]* src="([^"]+)"/.exec(page)?.[1] ?? '';
  assert.ok(script.startsWith(`${below}${adminUrl}/`), `the panel's script is ${script}`);
  assert.match(await read(new URL(script, url).href), /background-push/, 'the panel lacks the plugin');
}

async function read(url: string): Promise<string> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.text();
}

async function use(step: Step, url: string, { below, restPrefix }: Addresses, simulator: Simulator): Promise<void> {
  const admin = await openAdminSession(url);
  const token = randomBytes(32).toString('hex');
  const register = async (body: object) => {
    const { meta } = await admin.call<{ meta: { path: string } }>('GET', '/background-push/devices');
    assert.equal(meta.path, `${below}${restPrefix}/background-push/devices`, 'where the panel says that apps register');
    await callStrapi(new URL(url).origin, 'POST', meta.path, { body });
  };
  await step('a device registers over HTTP, where the panel says', async () => {
    // A new installation tells its apps to refresh; nobody is there yet, and the push to come is the article's.
    await until(() => firstRefreshHandled(admin), { within: ARRIVES_WITHIN_MS, what: 'The first refresh' });
    await grantPublic(admin, ['device.register']);
    await register({ app: BUNDLE_ID, environment: 'production', token });
  });
  await step('a registration without a token is refused by the name of the field', () =>
    assert.rejects(register({ app: BUNDLE_ID, environment: 'production' }), /→ 400: .*"path":\["token"\]/),
  );
  await step('an article published in the Content Manager becomes exactly one valid push', async () => {
    await publishArticle(admin);
    const pushes = await until(
      async () => {
        const all = await readPushes(admin);
        return all.length > 0 && all.every(({ state }) => state === 'finished') && all;
      },
      { within: ARRIVES_WITHIN_MS, what: 'The end of the push' },
    );
    assert.equal(pushes.length, 1, 'pushes');
    assert.equal(pushes[0].counters.accepted, 1, 'devices that the plugin counts as accepted');
    assert.deepEqual([...simulator.accepted()], [[token, 1]], 'valid pushes per device at APNs');
    assert.equal(simulator.summary().received, 1, 'requests to APNs');
  });
}

interface Overview {
  data: { apps: { lanes: { environment: string; handled: number }[] }[] };
}

async function firstRefreshHandled(admin: AdminSession): Promise<boolean> {
  const { data } = await admin.call<Overview>('GET', '/background-push/overview');
  const lanes = data.apps.flatMap((app) => app.lanes);
  return lanes.length > 0 && lanes.every(({ handled }) => handled > 0);
}
