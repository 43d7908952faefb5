import type { Knex } from 'knex';
import type { Encryption } from '../../server/apps/credentials';
import type { StrapiContent } from '../../server/content';
import type { StrapiEntries } from '../../server/entries';
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

/** Of no content type. */
const NO_CONTENT: StrapiContent = {
  model: () => undefined,
  isPrivate: () => false,
  customised: () => [],
  path: () => null,
  validate: async () => undefined,
  sanitizeQuery: async (_uid, query) => query,
  sanitizeEntry: async (_uid, entry) => entry,
  may: async () => false,
  fieldsOf: async () => [],
  idsOf: async () => [],
  latestPublished: async () => null,
  rowsOf: async () => [],
  rowsAfter: async () => [],
  publishedAmong: async () => [],
  holdRows: async () => undefined,
  link: () => null,
  entries: async () => [],
  inOneView: () => Promise.reject(new Error('There is no content to read.')),
  signsFiles: async () => false,
};

const NO_ENTRIES: StrapiEntries = {
  displayName: () => null,
  mainField: async () => null,
  rows: async () => [],
  latest: async () => null,
  readerOf: () => () => false,
};

/** What the plugin stands on, without Strapi. */
export function createBareHost({ knex, client, config, log, ...options }: BareHostOptions): Host {
  return {
    knex,
    client,
    schemaName: null,
    config,
    content: NO_CONTENT,
    entries: NO_ENTRIES,
    events: { allow: () => undefined, audit: () => false, emit: async () => undefined },
    contentTypes: options.contentTypes ?? (() => ({})),
    encryption: options.encryption ?? { ready: () => false, encrypt: () => null, decrypt: () => null },
    proxy: null,
    fingerprints: () => ({ fingerprint: 'a test', formerFingerprint: null }),
    log,
  };
}
