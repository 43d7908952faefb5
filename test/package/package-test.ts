import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildPackage, PACKAGE_DIR } from '../demo/build-panel';
import { readPushes } from '../demo/figures';
import { publishArticle } from '../demo/set-up';
import { callStrapi, openAdminSession, type AdminSession } from '../integration/admin-session';
import { grantPublic } from '../integration/public-role';
import { BUNDLE_ID, KEY_ID, pluginConfig, publicKey, TEAM_ID } from '../integration/scene';
import { until } from '../integration/until';
import { startSimulator, type Simulator } from '../simulator';
import { installApp, startApp, writeApp, type RunningApp } from './clean-app';
import { expectEveryExport, expectNothingOfTests, expectOnlyTheBuild, packTarball, type Manifest } from './tarball';

type Closing = (() => unknown)[];
/** Runs a named step and counts it. Each needs the one before, so the first that fails ends the run. */
type Step = <T>(name: string, work: () => T | Promise<T>) => Promise<T>;

const ARRIVES_WITHIN_MS = 60_000;

/** Packs the plugin, installs it into a clean Strapi app and publishes there; sets the exit code. */
export async function testPackage(): Promise<void> {
  const closing: Closing = [];
  let passed = 0;
  let failed = 0;
  const step: Step = async (name, work) => {
    try {
      const result = await work();
      passed++;
      process.stdout.write(`✓ ${name}\n`);
      return result;
    } catch (error) {
      process.stdout.write(`✗ ${name}\n`);
      throw error;
    }
  };
  // An interrupted run leaves neither an app of hundreds of MB nor a Strapi behind.
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    await perform(step, closing);
  } catch (error) {
    failed++;
    process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  for (const close of closing.reverse()) await close();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function perform(step: Step, closing: Closing): Promise<void> {
  const manifest = JSON.parse(readFileSync(path.join(PACKAGE_DIR, 'package.json'), 'utf8')) as Manifest;
  // Outside the repository: nothing of its node_modules may be found by looking further up.
  const root = mkdtempSync(path.join(os.tmpdir(), 'bgp-package-'));
  const remove = () => rmSync(root, { recursive: true, force: true });
  process.once('exit', remove);
  closing.push(remove);
  const app = path.join(root, 'app');
  mkdirSync(app);

  const tarball = await step('the package builds and packs', async () => {
    await buildPackage();
    return packTarball(root);
  });
  await step('the tarball holds dist, README, LICENSE, CHANGELOG and package.json only', () =>
    expectOnlyTheBuild(tarball),
  );
  await step('the build holds nothing of the fault suite', () => expectNothingOfTests(tarball));
  await step('the tarball holds every file that package.json exports', () => expectEveryExport(tarball, manifest));
  await step('the tarball installs into a clean Strapi app', async () => {
    writeApp(app, tarball, manifest);
    await installApp(app);
  });

  const simulator = await startSimulator({
    keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }],
    topics: [BUNDLE_ID],
  });
  closing.push(() => simulator.close());
  const running = await step('Strapi starts in production mode and finds the plugin by itself', async () => {
    const started = await startApp(app, pluginConfig({ production: simulator, sandbox: simulator }));
    closing.push(() => started.stop());
    return started;
  });
  try {
    await use(step, running, simulator);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nStrapi said:\n${running.log()}`, { cause: error });
  }
}

async function use(step: Step, { url }: RunningApp, simulator: Simulator): Promise<void> {
  const admin = await openAdminSession(url);
  const token = randomBytes(32).toString('hex');
  await step('a device registers over HTTP', async () => {
    // A new installation tells its apps to refresh; nobody is there yet, and the push to come is the article's.
    await until(() => firstRefreshHandled(admin), { within: ARRIVES_WITHIN_MS, what: 'The first refresh' });
    await grantPublic(admin, ['device.register']);
    const body = { app: BUNDLE_ID, environment: 'production', token };
    await callStrapi(url, 'POST', '/api/background-push/devices', { body });
  });
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
