import type { Core } from '@strapi/strapi';
import { assemble, type Assembly } from './assemble';
import { hostOf, type Host } from './host';
import { createLog } from './pipeline';
import { setServices } from './services';
import { logRefresh } from './store/log-refresh';
import type { CaptureState } from './pipeline';
import { describeError, withoutValues } from './store/database-error';
import { migrate } from './store/migrate';
import { swapSetting, writeSetting } from './store/settings';

const assemblies = new WeakMap<object, Assembly>();

/** How often a process looks for what others changed: its set-up where it does not send, and who confirmed the instance. */
const WATCH_MS = 1_000;

/**
 * Brings tables and set-up in line, starts capture, and lets the engine start when HTTP listens: bootstrap also runs
 * under commands like `strapi export`, and those must never send.
 *
 * @throws for a wrong setting, which stops boot; a broken table or a trigger gone bad raises an alarm instead
 */
export async function bootstrap({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  try {
    await start(strapi);
  } catch (error) {
    // Strapi logs it whole.
    throw withoutValues(error);
  }
}

async function start(strapi: Core.Strapi): Promise<void> {
  const host = hostOf(strapi);
  const assembly = assemble(host);
  assemblies.set(strapi, assembly);
  setServices(strapi, assembly);
  assembly.events.announce();
  if (!(await prepareTables(host, assembly))) return;
  await prepareSetUp(assembly);
  startCapture(strapi, assembly);
  startWork(strapi, assembly);
}

/** Undoes `bootstrap`; null-safe, because Strapi may call destroy without it. Never rejects. */
export async function dismantle(strapi: Core.Strapi): Promise<void> {
  const assembly = assemblies.get(strapi);
  assemblies.delete(strapi);
  if (!assembly) return;
  await assembly.dismantle();
  setServices(strapi, null);
}

/** @returns whether the tables are as they must be; if not, publishing goes on without us, loudly */
async function prepareTables(host: Host, { store, capture, alarms, log }: Assembly): Promise<boolean> {
  try {
    const ran = await migrate(host);
    // What was published before the tables stood was not logged.
    if (ran.includes('0001_tables')) await writeSetting(store.knex, 'capture-off', '1');
    await store.clock.synchronise();
    return true;
  } catch (error) {
    const message = describeError(error);
    setCapture(capture, 'tables-missing', message);
    alarms.raiseInMemory('tables-missing', 'tables-missing', { message });
    log.error(`the plugin's tables cannot be brought up to date; nothing is logged or sent until they are: ${message}`);
    // If the setting's table stands, the next good boot learns from it that something was missed.
    await writeSetting(store.knex, 'capture-off', '1').catch(() => undefined);
    return false;
  }
}

async function prepareSetUp({
  apps,
  triggers,
  registry,
  instance,
  store,
  config,
  capture,
  log,
}: Assembly): Promise<void> {
  await registry.reload();
  await apps.syncConfig();
  await triggers.syncConfig();
  await triggers.check();
  await registry.reload();
  await instance.check();
  if (!config.capture) {
    setCapture(capture, 'disabled');
    await writeSetting(store.knex, 'capture-off', '1');
    log.warn('capture is false in the configuration: changes are not logged and nobody is woken');
    return;
  }
  // One process of those that boot together logs it, for each app once.
  if (await swapSetting(store, 'capture-off', '1', null)) {
    const appIds = registry.apps().map(({ id }) => id);
    await store.transaction((trx) => logRefresh(trx, appIds, { wakes: true }));
  }
}

function setCapture(capture: CaptureState, code: CaptureState['code'], message?: string): void {
  capture.code = code;
  capture.message = message;
}

function startCapture(strapi: Core.Strapi, assembly: Assembly): void {
  const { store, registry, bell, owners, source, capture, instance, engine, log } = assembly;
  const changeLog = createLog({ strapi, store, registry, bell, owners, content: source, state: capture, log });
  assembly.onDismantle(
    strapi.documents.use(changeLog.middleware as Parameters<typeof strapi.documents.use>[0]) as unknown as () => void,
  );
  for (const subscriber of [changeLog.subscriber, changeLog.related]) {
    assembly.onDismantle(
      strapi.db.lifecycles.subscribe(subscriber as Parameters<typeof strapi.db.lifecycles.subscribe>[0]),
    );
  }

  whenListening(strapi, () => changeLog.lookAgain.start());
  assembly.onDismantle(() => changeLog.lookAgain.stop());

  let looking = false;
  const look = async () => {
    // A running engine looks at the set-up itself.
    if (engine.code !== 'running') await registry.refresh();
    if (!instance.confirmed) await instance.refresh();
  };
  const watch = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => log.warn(`set-up could not be read again: ${describeError(error)}`))
      .finally(() => {
        looking = false;
      });
  }, WATCH_MS);
  watch.unref();
  assembly.onDismantle(() => clearInterval(watch));
}

function startWork(strapi: Core.Strapi, { engine, housekeeper }: Assembly): void {
  whenListening(strapi, () => {
    engine.start();
    housekeeper.start();
  });
}

function whenListening(strapi: Core.Strapi, work: () => void): void {
  // `strapi console` listens too.
  if (process.argv[2] !== 'console') strapi.server.httpServer.once('listening', work);
}
