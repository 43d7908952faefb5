import { publishArticle } from '../demo/set-up';
import { startSimulator, type Simulator } from '../simulator';
import { createDatabase } from './databases';
import { KEY_ID, pluginConfig, publicKey, TEAM_ID } from './scene';
import { startProcess, type StrapiProcess } from './strapi-process';

const PROCESSES = 3;
const PUBLISHES = 30;

/** How many of the editors' publishes failed when three Strapis work on one SQLite file, and why. */
async function failures(config: Record<string, unknown>, enabled: boolean): Promise<string[]> {
  const database = await createDatabase('sqlite');
  const env = { BACKGROUND_PUSH_ENABLED: String(enabled) };
  const processes: StrapiProcess[] = [];
  try {
    // One after the other: on SQLite, Strapis that boot at once lock each other out.
    while (processes.length < PROCESSES) {
      processes.push(await startProcess({ database, config, env, startWithinMs: 300_000 }));
    }
    const failed: string[] = [];
    for (let n = 0; n < PUBLISHES; n++) {
      const admin = await processes[n % PROCESSES].admin();
      await publishArticle(admin).catch((error: Error) => failed.push(error.message));
    }
    return failed;
  } finally {
    await Promise.all(processes.map((each) => each.kill('SIGTERM')));
    await database.drop();
  }
}

describe('three processes on one SQLite file', () => {
  let simulator: Simulator;
  let config: Record<string, unknown>;
  beforeAll(async () => {
    simulator = await startSimulator({ keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }] });
    config = { ...pluginConfig({ production: simulator, sandbox: simulator }), coalesce: {} };
  });
  afterAll(() => simulator.close());

  it.each([
    ['switched off', false],
    ['at work', true],
  ])(
    'fail no publish of an editor with the plugin %s',
    async (_, enabled) => {
      expect(await failures(config, enabled)).toEqual([]);
    },
    600_000,
  );
});
