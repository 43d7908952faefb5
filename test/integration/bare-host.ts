import type { Knex } from 'knex';
import type { Encryption } from '../../server/apps/credentials';
import type { Host, Logger } from '../../server/host';
import type { Client } from '../../server/store/store';

export interface BareHostOptions {
  knex: Knex;
  client: Client;
  config: unknown;
  log: Logger;
  /** Default: nothing can be encrypted. Credentials then come from the configuration. */
  encryption?: Encryption;
  /** Strapi's schemas, by their UIDs. Default: none. */
  contentTypes?: () => object;
}

/** What the plugin stands on, without Strapi. */
export function createBareHost({ knex, client, config, log, ...options }: BareHostOptions): Host {
  return {
    knex,
    client,
    schemaName: null,
    config,
    contentTypes: options.contentTypes ?? (() => ({})),
    encryption: options.encryption ?? { ready: () => false, encrypt: () => null, decrypt: () => null },
    proxy: null,
    fingerprints: () => ({ fingerprint: 'a test', formerFingerprint: null }),
    log,
  };
}
