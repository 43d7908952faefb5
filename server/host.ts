import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';
import { strapiEncryption, type Encryption } from './apps/credentials';
import type { StrapiContent } from './content';
import type { StrapiEntries } from './entries';
import type { StrapiEvents } from './events';
import { contentOf } from './host-content';
import { entriesOf } from './host-entries';
import { eventsOf } from './host-events';
import { oneLine } from './name-rule';
import { PLUGIN_ID } from './services';
import { NOWHERE, placeOf, type DatabasePlace, type KnexClient, type Settings } from './store/database-place';
import { fingerprintOf, formerFingerprintOf } from './store/fingerprint';
import type { Client } from './store/store';

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What the rooms stand on: of Strapi, what it has no types for, in one place. Tests bring their own. */
export interface Host {
  knex: Knex;
  client: Client;
  /** PostgreSQL schema; null: the database's default. */
  schemaName: string | null;
  /** The plugin's configuration, as the project wrote it. */
  config: unknown;
  /** Strapi's content API. */
  content: StrapiContent;
  /** Entries as the Content Manager shows them. */
  entries: StrapiEntries;
  events: StrapiEvents;
  /** Strapi's schemas of content types, by their UIDs. */
  contentTypes(): object;
  encryption: Encryption;
  /** URL of the proxy that outgoing requests use. */
  proxy: string | null;
  /**
   * What tells this installation from a copy of its database elsewhere, as this version sees it and as an earlier one did.
   *
   * @param instance `delivery.instance`
   */
  fingerprints(instance: string | null): { fingerprint: string; formerFingerprint: string | null };
  log: Logger;
}

export function hostOf(strapi: Core.Strapi): Host {
  const log = loggerOf(strapi);
  return {
    knex: strapi.db.connection as unknown as Knex,
    client: strapi.db.dialect.client as Client,
    schemaName: strapi.db.getSchemaName() ?? null,
    config: strapi.config.get(`plugin::${PLUGIN_ID}`),
    content: contentOf(strapi),
    entries: entriesOf(strapi),
    events: eventsOf(strapi),
    contentTypes: () => strapi.contentTypes,
    encryption: strapiEncryption(strapi as unknown as Parameters<typeof strapiEncryption>[0]),
    proxy: proxyOf(strapi),
    fingerprints: (instance) => fingerprints(strapi, instance, log),
    log,
  };
}

/** Every line says whose it is, and is one line, whatever the names and foreign texts in it hold. */
function loggerOf(strapi: Core.Strapi): Logger {
  const prefixed = (level: 'info' | 'warn' | 'error') => (message: string) =>
    void strapi.log[level](oneLine(message.startsWith(PLUGIN_ID) ? message : `${PLUGIN_ID}: ${message}`));
  return { info: prefixed('info'), warn: prefixed('warn'), error: prefixed('error') };
}

/** The proxy that Strapi's own outgoing requests use. */
function proxyOf(strapi: Core.Strapi): string | null {
  const proxy = strapi.config.get('server.proxy') as Record<string, unknown> | boolean | undefined;
  if (typeof proxy !== 'object' || proxy === null) return null;
  const chosen = [proxy.fetch, proxy.https, proxy.global].find((value) => typeof value === 'string' && value !== '');
  return (chosen as string | undefined) ?? null;
}

function fingerprints(strapi: Core.Strapi, instance: string | null, log: Logger) {
  const { client, connection } = strapi.config.get('database.connection') as { client: string; connection: Settings };
  const [appKey = ''] = strapi.config.get('server.app.keys', []) as string[];
  const facts = { instance, url: strapi.config.get('server.url', '') as string, client, appKey };
  return {
    fingerprint: fingerprintOf({ ...facts, place: databasePlace(strapi, log) }),
    formerFingerprint: formerFingerprintOf(facts, connection),
  };
}

/** What cannot be read is no reason to stop: Strapi itself reaches the database. */
function databasePlace(strapi: Core.Strapi, log: Logger): DatabasePlace {
  try {
    return placeOf(strapi.db.dialect.client, strapi.db.connection.client as KnexClient);
  } catch {
    // Without the error: it may quote a password.
    log.warn(
      'where the database is cannot be read out of config/database, so a copy of it may go unnoticed: ' +
        'give this installation a name in config.delivery.instance',
    );
    return NOWHERE;
  }
}
