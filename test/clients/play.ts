import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { BUNDLE_ID } from '../integration/content/library';
import { until } from '../until';
import type { Counter } from './counter';
import { startDriver, type Command, type Driver, type Program, type Reply } from './driver';
import type { HeldEntry, RealServer } from './real-server';
import type { Scenario, Step } from './scenario';
import type { ScriptedServer } from './scripted-server';

export interface Servers {
  real: RealServer;
  scripted: ScriptedServer;
  counter: Counter;
}

/** A short time for an answer, so that nobody waits for a server that is silent. */
const TIMEOUT_MS = 1_500;

/** Plays a scenario with one client. @throws what is not as the scenario says */
export async function play(scenario: Scenario, program: Program, servers: Servers): Promise<void> {
  const { counter, scripted, real } = servers;
  if (scenario.server === 'real') await real.clear();
  scripted.clear();
  counter.clear();
  if (scenario.spread) return playSpread(scenario, scenario.spread, program, servers);
  const app = createApp(program, servers[scenario.server]);
  try {
    await perform(scenario, app, servers);
    if (scenario.server === 'scripted') scripted.check();
    if (counter.seen.length > scenario.requests)
      throw new Error(`${counter.seen.length} requests instead of ${scenario.requests} at most: ${asked(counter)}`);
  } finally {
    await app.remove();
  }
}

const asked = ({ seen }: Counter) => seen.map(({ method, url }) => `${method} ${url}`).join(', ');

/** Waits of many apps must reach every tenth of their range. */
async function playSpread(
  scenario: Scenario,
  { apps, between: [low, high] }: NonNullable<Scenario['spread']>,
  program: Program,
  servers: Servers,
): Promise<void> {
  const app = createApp(program, servers[scenario.server]);
  const tenths = new Set<number>();
  try {
    for (let n = 0; n < apps; n++) {
      await app.wipe();
      await perform(scenario, app, servers);
      servers.scripted.check();
      for (const wait of (await app.state()).waits) {
        if (wait < low || wait > high)
          throw new Error(`One waited ${wait} ms, which is not within ${low} and ${high}.`);
        tenths.add(Math.min(9, Math.floor((10 * (wait - low)) / (high - low))));
      }
    }
  } finally {
    await app.remove();
  }
  if (tenths.size < 10)
    throw new Error(`${apps} apps waited for ${tenths.size} of ten tenths of ${low} to ${high} ms.`);
}

interface AppState {
  entries: HeldEntry[];
  position: Record<string, unknown> | null;
  waits: number[];
}

/** A phone with the app on it. */
export function createApp(program: Program, { url }: { url: string }) {
  const store = mkdtempSync(path.join(os.tmpdir(), 'clients-'));
  let driver: Driver | null = null;
  let launch: Command = { do: 'start' };
  const file = (...parts: string[]) => path.join(store, ...parts);

  async function start(more: Command): Promise<void> {
    driver ??= startDriver(program);
    await driver.tell({ ...more, store, server: url, app: BUNDLE_ID, timeoutMs: more.timeoutMs ?? TIMEOUT_MS });
  }

  return {
    /** In hex, as APNs gives them; this phone's own. */
    tokens: new Map<string, string>(),
    /** @returns null: the app died of it */
    async tell(command: Command): Promise<Reply | null> {
      if (command.do === 'start') {
        launch = command;
        await start(command);
        return { result: 'done' };
      }
      if (!driver) await start(launch);
      const reply = await driver!.tell(command);
      if (reply === null) {
        driver = null;
        launch = { ...launch, dieAt: undefined };
      }
      return reply;
    },
    async state(): Promise<AppState> {
      return (await this.tell({ do: 'state' })) as unknown as AppState;
    },
    uninstall: () => rmSync(file('app'), { recursive: true, force: true }),
    lose: (lost: string) => rmSync(file(lost === 'credentials.json' ? 'keychain' : 'app', lost), { force: true }),
    lock: (isLocked: boolean) =>
      isLocked ? writeFileSync(file('locked'), '') : rmSync(file('locked'), { force: true }),
    async wipe() {
      rmSync(store, { recursive: true, force: true });
      mkdirSync(store);
      await start(launch);
    },
    async remove() {
      await driver?.stop();
      rmSync(store, { recursive: true, force: true });
    },
  };
}

export type App = ReturnType<typeof createApp>;

async function perform({ steps }: Scenario, app: App, servers: Servers): Promise<void> {
  const named = new Map<string, { documentId: string; uid: string }>();
  const pushes = new Map<string, unknown>();
  const memory = { named, pushes, got: 0, token: '' };
  for (const [n, step] of steps.entries()) {
    try {
      await take(step, app, servers, memory);
    } catch (error) {
      throw new Error(`step ${n + 1} (${JSON.stringify(step)}): ${(error as Error).message}`, { cause: error });
    }
  }
}

interface Memory {
  named: Map<string, { documentId: string; uid: string }>;
  pushes: Map<string, unknown>;
  /** How many pushes were kept. */
  got: number;
  /** What the phone registered last. */
  token: string;
}

async function take(step: Step, app: App, { real, scripted, counter }: Servers, memory: Memory): Promise<void> {
  if ('app' in step) {
    const command = filled(step.app, app, memory) as Command;
    if (command.do === 'register') memory.token = String(command.token);
    const reply = await app.tell(command);
    const { gives } = step;
    if (gives === 'died' ? reply !== null : gives !== undefined && (reply === null || !holds(reply, gives)))
      throw new Error(`it gave ${JSON.stringify(reply)}`);
    if (reply && 'thrown' in reply) throw new Error(String(reply.thrown));
  } else if ('strapi' in step) await real.act(step, memory.named, memory.token);
  else if ('push' in step) {
    const sent = await until(() => real.pushesTo(memory.token)[memory.got] as object | undefined, {
      within: 60_000,
      what: 'a push',
    });
    memory.got += 1;
    memory.pushes.set(step.push, sent);
  } else if ('server' in step) scripted.play(step.server);
  else if ('uninstall' in step) app.uninstall();
  else if ('keychain' in step) app.lock(step.keychain === 'locked');
  else if ('lose' in step) app.lose(step.lose);
  else if ('equal' in step) {
    const { missing, stale } = await real.differences((await app.state()).entries);
    if (missing.length + stale.length > 0) throw new Error([...missing, ...stale].join('\n'));
  } else if ('holds' in step) {
    const { entries } = await app.state();
    const held = Object.fromEntries(entries.map(({ documentId, content }) => [documentId, content]));
    if (!isDeepStrictEqual(held, step.holds)) throw new Error(`it holds ${JSON.stringify(held)}`);
  } else if ('position' in step) {
    const { position } = await app.state();
    const isRight = step.position === null ? position === null : position !== null && holds(position, step.position);
    if (!isRight) throw new Error(`it is at ${JSON.stringify(position)}`);
  } else if ('requests' in step) {
    const made = counter.since();
    const isRight = typeof step.requests === 'number' ? made === step.requests : made <= step.requests.most;
    if (!isRight) throw new Error(`${made} requests: ${asked({ ...counter, seen: counter.seen.slice(-made) })}`);
  } else if ('devices' in step) {
    const count = await real.devices();
    if (count !== step.devices) throw new Error(`there are ${count} devices`);
  } else {
    const { waits } = await app.state();
    const { between, times } = step.waited;
    const isRight = waits.every((wait) => wait >= between[0] && wait <= between[1]);
    if (!isRight || (times !== undefined && waits.length !== times))
      throw new Error(`it waited ${waits.join(', ')} ms`);
  }
}

/** `$name` is a push that was kept; `token:name` a device token of this phone's. */
function filled(value: unknown, app: App, { pushes }: Memory): unknown {
  if (typeof value === 'string' && value.startsWith('$')) return pushes.get(value.slice(1));
  if (typeof value === 'string' && value.startsWith('token:')) {
    const token = app.tokens.get(value) ?? randomBytes(32).toString('hex');
    app.tokens.set(value, token);
    return token;
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, app, { pushes } as Memory));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, app, { pushes } as Memory)]));
}

/** Whether a value has all that a pattern says. */
function holds(value: unknown, pattern: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return isDeepStrictEqual(value, pattern);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(pattern).every(([key, one]) => holds((value as Record<string, unknown>)[key], one));
}
