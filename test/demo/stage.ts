import type { Database } from '../integration/databases';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { createSigningKey, startSimulator, type Simulator } from '../simulator';

export const BUNDLE_ID = 'com.example.news';

/** What the administrator gets from Apple. */
export interface Credential {
  keyId: string;
  teamId: string;
  /** The .p8 file. */
  key: string;
}

export interface StageOptions {
  devices: number;
  database: Database;
  /** The directory the plugin is taken from; default: its TypeScript sources. */
  pluginDir?: string;
  panel: boolean;
}

const KEY_ID = 'DEMOKEY123';
const TEAM_ID = 'DEMOTEAM12';

/** An APNs for the desk that knows one key. */
export async function startApns(): Promise<{ simulator: Simulator; credential: Credential }> {
  const { privateKeyPem, publicKey } = createSigningKey();
  const keys = [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }];
  const simulator = await startSimulator({ keys, topics: [BUNDLE_ID] });
  return { simulator, credential: { keyId: KEY_ID, teamId: TEAM_ID, key: privateKeyPem } };
}

/** What one address may do in a minute: the whole fleet registers from it, and at half of the limit an alarm would ask why. */
export const registrationLimit = ({ devices }: { devices: number }): number => 2 * devices + 60;

/** A Strapi on a new database, in a process of its own. What an administrator can set up is not in here. */
export async function startStrapi(simulator: Simulator, options: StageOptions): Promise<StrapiProcess> {
  const { origin, ca } = simulator;
  const perAddress = registrationLimit(options);
  return startProcess({
    database: options.database,
    pluginDir: options.pluginDir,
    config: {
      apns: { origin: { production: origin, sandbox: origin }, ca },
      coalesce: { quietMs: 500, maxWaitMs: 5_000 },
      // One address gets no more than a tenth of what is everyone's.
      registration: { perAddressPerMinute: perAddress, globalPerMinute: Math.max(3_000, 10 * perAddress) },
    },
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', SERVE_ADMIN_PANEL: String(options.panel) },
  });
}
