import { randomBytes } from 'node:crypto';
import { publishArticle } from '../demo/set-up';
import { createDatabase, type TestDatabase } from '../integration/databases';
import { BUNDLE_ID, KEY_ID, pluginConfig, publicKey, TEAM_ID } from '../integration/scene';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { until } from '../until';
import { startSimulator, type Simulator } from '../simulator';
import { SMOKE } from './size';

const PROCESSES = 3;
const PUBLISHES = SMOKE ? 90 : 240;
const PHONES = SMOKE ? 60 : 300;
const STRAPIS_OWN = 2;

/** What three Strapis on one SQLite file did. */
interface Seen {
  /** Why editors' publishes failed. */
  failed: string[];
  /** The phones that registered, with the statuses of those that could not. */
  phones: Set<string>;
  refused: number[];
}

describe('three processes on one SQLite file', () => {
  let simulator: Simulator;
  let config: Record<string, unknown>;
  beforeAll(async () => {
    simulator = await startSimulator({ keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }] });
    config = {
      ...pluginConfig({ production: simulator, sandbox: simulator }),
      registration: { perAddressPerMinute: 1_000_000, globalPerMinute: 1_000_000 },
    };
  });
  afterAll(() => simulator.close());

  async function work(database: TestDatabase, enabled: boolean, over: () => Promise<unknown>): Promise<Seen> {
    const env = { BACKGROUND_PUSH_ENABLED: String(enabled) };
    const processes: StrapiProcess[] = [];
    const seen: Seen = { failed: [], phones: new Set(), refused: [] };
    try {
      // One after the other: on SQLite, Strapis that boot at once lock each other out.
      while (processes.length < PROCESSES) processes.push(await startProcess({ database, config, env }));
      const next = (n: number) => processes[n % PROCESSES];
      await Promise.all(processes.map((each) => each.admin()));
      if (enabled) await processes[0].grantPublic(['device.register']);
      const editors = async () => {
        for (let n = 0; n < PUBLISHES; n++) {
          await publishArticle(await next(n).admin()).catch((error: Error) => seen.failed.push(error.message));
        }
      };
      const phones = async () => {
        for (let n = 0; enabled && n < PHONES; n++) {
          const token = randomBytes(32).toString('hex');
          const status = await register(next(n + 1), token);
          if (status === 201) seen.phones.add(token);
          else seen.refused.push(status);
        }
      };
      await Promise.all([editors(), phones()]);
      if (enabled) {
        // One more, which reaches every phone.
        await publishArticle(await processes[0].admin());
        await over();
      }
      return seen;
    } finally {
      await Promise.all(processes.map((each) => each.kill('SIGTERM')));
    }
  }

  async function on(enabled: boolean): Promise<Seen> {
    const database = await createDatabase('sqlite');
    const woken = () => new Set(simulator.log.map(({ token }) => token)).size;
    try {
      return await work(database, enabled, () =>
        until(() => woken() === PHONES, { within: 60_000, what: 'a push for every phone' }),
      );
    } finally {
      await database.drop();
    }
  }

  it('fail no publish of an editor that they would not fail with the plugin switched off', async () => {
    const off = await on(false);
    const { failed, refused, phones } = await on(true);
    expect(refused).toEqual([]);
    expect(phones.size).toBe(PHONES);
    // Strapi's own processes meet on the file too, of some 700 publishes once.
    if (failed.length > off.failed.length + STRAPIS_OWN) expect(failed).toEqual(off.failed);
  });
});

async function register(strapi: StrapiProcess, token: string): Promise<number> {
  const { status } = await fetch(`${strapi.url}/api/background-push/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app: BUNDLE_ID, environment: 'production', token }),
  });
  return status;
}
