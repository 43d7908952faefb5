import assert from 'node:assert/strict';
import { administrator } from '../integration/admin-session';
import { PACKAGE_DIR } from '../demo/build-panel';
import { BUNDLE_ID } from '../demo/stage';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { listChunks, measureChunks, MOST_START_BYTES, noteScripts, startBytes } from './chunks';
import { logIn } from './log-in';
import { amongAMillion } from './panel/million';
import { causes } from './panel/causes';
import { ARTICLE, plantFleet, SPORT, WEATHER } from './panel/fleet';
import { keyboard } from './panel/keyboard';
import { moving } from './panel/moving';
import { states } from './panel/states';
import { sights } from './panel/sights';
import { testDevices } from './panel/test-devices';
import { closeNews, type Stage } from './walk';

/** Nothing leaves by itself, each push is asked for. Less than an hour: what then waits is said to wait for the budget. */
const QUIET_MS = 3_000_000;

/** A Strapi with several apps, each of whose lanes will be in another state. */
export function startPanelStrapi({ simulator, credential }: Pick<Stage, 'simulator' | 'credential'>) {
  const { origin, ca } = simulator;
  return startProcess({
    pluginDir: PACKAGE_DIR,
    config: {
      apps: [
        { bundleId: BUNDLE_ID, name: 'News', production: credential, sandbox: credential },
        { bundleId: WEATHER, name: 'Weather', production: credential },
        { bundleId: SPORT, name: 'Sport', production: credential },
      ],
      triggers: [
        { name: 'articles', contentType: ARTICLE, wakeOn: ['publish'], apps: [BUNDLE_ID], audience: 'locale' },
      ],
      apns: { origin: { production: origin, sandbox: origin }, ca, requestTimeoutMs: 5_000 },
      coalesce: { quietMs: QUIET_MS, maxWaitMs: QUIET_MS },
    },
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', SERVE_ADMIN_PANEL: 'true' },
  });
}

/** The administrators' pages with all that they can show. */
export async function panel(stage: Omit<Stage, 'strapi'>, strapi: StrapiProcess): Promise<void> {
  const on = { ...stage, strapi };
  const { page, report, simulator } = stage;
  await report.step('loads little of the plugin before somebody opens it', async () => {
    await closeNews(page);
    const scripts = noteScripts(page);
    await logIn(page, strapi.url, administrator);
    await page.getByRole('heading', { name: 'Background push' }).waitFor();
    await page.goto(`${strapi.url}/admin/content-manager/collection-types/${ARTICLE}/create?plugins[i18n][locale]=en`);
    await page.locator('aside').getByRole('heading', { name: 'Background push' }).waitFor();
    scripts.end();
    const chunks = measureChunks(scripts.files);
    process.stdout.write(`${listChunks(chunks)}\n`);
    assert.ok(startBytes(chunks) <= MOST_START_BYTES, `${startBytes(chunks)} bytes load with the panel`);
    const names = chunks.filter(({ start }) => start).map(({ file }) => file.replace(/-.*/, ''));
    assert.ok(names.includes('widget'), `what loads with the panel: ${names.join(', ')}`);
    assert.ok(!names.includes('rooms'), 'the pages are loaded although nobody opened them');
  });
  const fleet = await report.make('plants apps, devices and pushes', () => plantFleet(strapi, simulator));
  if (!fleet) return;
  try {
    await causes(on, fleet);
    await sights(on, fleet);
    await moving(on, fleet);
    await testDevices(on, fleet);
    await keyboard(on);
    await states(on, fleet);
    await amongAMillion(on, fleet);
  } finally {
    await fleet.close();
  }
}
