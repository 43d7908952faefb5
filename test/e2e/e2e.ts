import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { buildPackage, buildPanel, PACKAGE_DIR } from '../demo/build-panel';
import { startApns } from '../demo/stage';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import type { Simulator } from '../simulator';
import { startBrowser } from './browser';
import { editors, startEditorsStrapi } from './editors';
import { panel, startPanelStrapi } from './panel';
import { createPhotographer, SCREENSHOTS } from './looks';
import { renewPictures } from './pictures';
import { createReport } from './report';
import { answersWith } from './secrets';
import { walk } from './walk';
import { bearWitness } from './witness';

type Closing = (() => Promise<void>)[];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * The whole walk; `--only administrators`, `editors` or `panel` a part of it, `--pictures` renews those of the documents when it
 * passed.  Sets the exit code and leaves nothing running.
 */
export async function main(): Promise<void> {
  const closing: Closing = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  const interrupt = () => {
    process.exitCode = 128 + constants.signals.SIGINT;
    void close().finally(() => process.exit());
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let passed = false;
  try {
    const { values } = parseArgs({
      options: { pictures: { type: 'boolean', default: false }, only: { type: 'string' } },
    });
    passed = await perform(closing, values.only);
    if (passed && values.pictures) renewPictures();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    process.exitCode ??= passed ? 0 : 1;
    await close();
  }
}

async function perform(closing: Closing, only: string | undefined): Promise<boolean> {
  const browser = await startBrowser();
  closing.push(() => browser.close());

  say('Building the plugin and the admin panel, where they are older than their sources …');
  await buildPackage();
  await buildPanel();

  const { simulator, credential } = await startApns();
  closing.push(() => simulator.close());
  const photographer = createPhotographer();
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  let log = () => '';
  const report = createReport(say, async (name) => {
    // A page that no picture can be taken of must not hide what failed.
    const file = await photographer.takeFailure(page, name).catch(String);
    return `The page then: ${page.url()}, ${file}\nStrapi said:\n${log()}`;
  });
  const witness = await bearWitness(browser.context);
  const stage = { page, simulator, credential, photographer: photographer.inTheLight, witness, report };

  /** One walk, in a Strapi of its own. */
  async function part(name: string, start: () => Promise<StrapiProcess>, walked: (on: StrapiProcess) => Promise<void>) {
    if (only !== undefined && only !== name) return;
    say(`Starting Strapi for ${name} …`);
    const strapi = await start();
    closing.push(() => strapi.stop());
    log = strapi.log;
    simulator.clear();
    await walked(strapi);
    await report.check(`no answer of any route holds the key (${name})`, () => {
      assert.deepEqual(answersWith(credential.key, witness.answers), [], 'answers that hold the key');
      assert.deepEqual(answersWith(credential.key, [{ of: 'the log', body: strapi.log() }]), [], 'Strapi’s log');
    });
    await page.goto('about:blank');
    await strapi.stop();
  }

  await part(
    'administrators',
    () => startEmptyStrapi(simulator),
    async (strapi) => {
      await walk({ ...stage, strapi });
      const routes = new Set(witness.answers.map(({ of }) => of));
      await report.check('the routes were seen', () =>
        assert.ok(routes.has('POST /background-push/apps → 201'), `the answers seen: ${[...routes].join(', ')}`),
      );
    },
  );
  await part(
    'editors',
    () => startEditorsStrapi(stage),
    (strapi) => editors(stage, strapi),
  );
  await part(
    'panel',
    () => startPanelStrapi(stage),
    (strapi) => panel({ ...stage, photographer }, strapi),
  );

  await report.check('the console shows no error', () => assert.deepEqual(witness.errors, []));
  await report.check('no page is wider than its window or shows the name of a text', () =>
    assert.deepEqual(photographer.faults, []),
  );
  say(`\nScreenshots: ${SCREENSHOTS}`);
  return report.close();
}

/** Nothing that an administrator sets up; only which APNs, and no long wait. */
function startEmptyStrapi({ origin, ca }: Simulator): Promise<StrapiProcess> {
  return startProcess({
    pluginDir: PACKAGE_DIR,
    config: {
      // A push that hangs is to stay on its way until the panel has asked again and somebody has cancelled it.
      apns: { origin: { production: origin, sandbox: origin }, ca, requestTimeoutMs: 40_000 },
      coalesce: { quietMs: 300, maxWaitMs: 3_000 },
    },
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', SERVE_ADMIN_PANEL: 'true' },
  });
}
