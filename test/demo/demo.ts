import { constants } from 'node:os';
import { administrator } from '../integration/admin-session';
import type { StrapiProcess } from '../integration/strapi-process';
import { until } from '../until';
import type { Simulator } from '../simulator';
import { buildPackage, buildPanel, PACKAGE_DIR } from './build-panel';
import { findDisagreements, readPushes, sumFigures, type Figures } from './figures';
import { registerFleet } from './fleet';
import { HELP, parseOptions, type DemoOptions } from './options';
import { createScreen, type Screen } from './screen';
import { createPhones, type Phones } from './phones';
import { publishArticle, setUpPush, TITLE } from './set-up';
import { registrationLimit, startApns, startStrapi, type Credential } from './stage';

type Closing = (() => Promise<void>)[];

const ARRIVE_WITHIN_MS = 120_000;

/** The whole demo; sets the exit code. */
export async function demo(args: string[]): Promise<void> {
  const closing: Closing = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    process.exitCode ??= 128 + constants.signals.SIGINT;
    void close().finally(() => process.exit());
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const options = parseOptions(args);
    if (options.help) {
      process.stdout.write(HELP);
      return;
    }
    const screen = createScreen(options.json ? process.stderr : process.stdout);
    const figures = await perform(options, screen, closing);
    if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } catch (error) {
    if (interrupted) return;
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await close();
  }
}

async function perform(options: DemoOptions, screen: Screen, closing: Closing): Promise<Figures> {
  if (!options.once) await build(screen);

  const { simulator, credential } = await startApns();
  closing.push(() => simulator.close());
  screen.say(`APNs simulator at ${simulator.origin}, with a certificate authority of its own.`);

  screen.say(`Starting Strapi on a new database (${options.database}) …`);
  const strapi = await startStrapi(simulator, {
    devices: options.devices,
    database: options.database,
    panel: !options.once,
    pluginDir: options.once ? undefined : PACKAGE_DIR,
  });
  closing.push(() => strapi.stop());
  screen.say(`Strapi at ${strapi.url}.`);

  return await tellLog(strapi, async () => play(options, screen, simulator, credential, strapi));
}

/** What is played on the stage, from the first set-up to the figures. */
async function play(
  options: DemoOptions,
  screen: Screen,
  simulator: Simulator,
  credential: Credential,
  strapi: StrapiProcess,
): Promise<Figures> {
  const admin = await strapi.admin();
  screen.say('Setting up as an administrator: the app, its key (checked with APNs), a trigger on published articles.');
  await setUpPush(admin, credential);
  screen.say('Granting the public role the registration of devices, the change feed and articles.');
  const article = ['api::article.article.find', 'api::article.article.findOne'];
  await strapi.grantPublic([
    'device.register',
    'device.update',
    'device.delete',
    'changes.find',
    'snapshot.find',
    ...article,
  ]);

  screen.say(
    `Registering ${options.devices} devices over HTTP. They all come from this one address, so the demo's configuration ` +
      `raises registration.perAddressPerMinute from 60 to ${registrationLimit(options)}.`,
  );
  const fleet = await registerFleet(strapi.url, options.devices, (devices) =>
    screen.progress('registered', devices, options.devices),
  );

  const tokens = fleet.map(({ token }) => token);
  const phones = createPhones(strapi.url, fleet);

  screen.say('Publishing an article, as the Content Manager does.');
  const from = performance.now();
  const publishMs = await publishArticle(admin);
  await watchArrivals(simulator, phones, tokens.length, screen);
  const wallMs = performance.now() - from;
  await watchContent(simulator, phones, tokens.length, screen);
  const freshMs = performance.now() - from;
  const pushes = await until(
    async () => {
      const all = await readPushes(admin);
      const said = all.reduce((sum, { freshness }) => sum + (freshness?.applied ?? 0), 0);
      return said >= tokens.length && all.every(({ state }) => state === 'finished') && all;
    },
    { within: ARRIVE_WITHIN_MS, what: 'The end of the push, and what the phones say of it' },
  );

  const figures = sumFigures(tokens, pushes, simulator, { publishMs, wallMs, freshMs }, phones.holding(TITLE));
  summarise(figures, screen);
  const disagreements = findDisagreements(tokens, figures, simulator);
  if (disagreements.length > 0) {
    screen.say(['Not every device got exactly one valid push:', ...disagreements].join('\n  '));
    process.exitCode = 1;
  }
  if (!options.once) await stay(strapi, screen);
  return figures;
}

/** Adds to whatever fails what Strapi said: it was asked to speak of warnings and errors only. */
async function tellLog<T>(strapi: StrapiProcess, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\nStrapi said:\n${strapi.log()}`, { cause: error });
  }
}

async function build(screen: Screen): Promise<void> {
  screen.say('Building the plugin, if it is not built or older than its sources …');
  await buildPackage();
  screen.say('Building the admin panel with the plugin in it (half a minute, the first time) …');
  await buildPanel();
}

/** Waits for a valid push at every device, or for the last that comes. */
async function watchArrivals(simulator: Simulator, phones: Phones, devices: number, screen: Screen): Promise<void> {
  await until(
    () => {
      phones.wake(simulator.log);
      const reached = simulator.summary().unique;
      screen.progress('woken', reached, devices);
      return reached >= devices;
    },
    { within: ARRIVE_WITHIN_MS, what: `A push for each of ${devices} devices` },
  );
}

/** Waits until each phone has fetched the article. */
async function watchContent(simulator: Simulator, phones: Phones, devices: number, screen: Screen): Promise<void> {
  await until(
    () => {
      phones.wake(simulator.log);
      const fresh = phones.holding(TITLE);
      screen.progress('with the article', fresh, devices);
      return fresh >= devices;
    },
    { within: ARRIVE_WITHIN_MS, what: `“${TITLE}” on each of ${devices} phones` },
  );
}

function summarise(figures: Figures, screen: Screen): void {
  const { devices, accepted, rejected, unknown, received, duplicates, publishMs, wallMs, fresh, freshMs, reported } =
    figures;
  screen.say(
    `The plugin counts ${accepted} accepted, ${rejected} rejected, ${unknown} unknown, of ${devices} devices.`,
  );
  screen.say(`APNs saw ${received} devices reached and ${duplicates} reached twice.`);
  screen.say(`The publish took ${publishMs} ms; the last device was reached ${wallMs} ms after the click.`);
  screen.say(
    `${fresh} phones show “${TITLE}”, the last ${freshMs} ms after the click; the plugin heard it of ${reported}.`,
  );
}

/** Keeps everything up until Ctrl+C. */
async function stay(strapi: StrapiProcess, screen: Screen): Promise<void> {
  const { email, password } = administrator;
  screen.say(`\nThe panel: ${strapi.url}/admin   log in as ${email} with ${password}`);
  screen.say('Publish an article in the Content Manager and watch Background push in the menu. Ctrl+C ends the demo.');
  process.exitCode ??= 0; // from here on, an interrupt is the ordinary end
  const { code, signal } = await strapi.exited;
  if (code) throw new Error(`Strapi ended by itself (code ${code}, signal ${signal ?? 'none'}).`);
}
