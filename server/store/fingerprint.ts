import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { DatabasePlace, Settings } from './database-place';

/** Where an installation is; a copy of its database is somewhere else. */
export interface InstanceFacts {
  /** `delivery.instance`, which replaces everything else; null: not set. */
  instance: string | null;
  /** Strapi's public address, if it is configured. Never the port it listens on or the host's name: those change. */
  url: string;
  client: string;
  place: DatabasePlace;
  /** Strapi's first app key: differs between environments even where addresses do not. */
  appKey: string;
}

/** @returns a hash that is the same at every start of one installation and differs for a copy of it elsewhere */
export function fingerprintOf({ instance, url, client, place, appKey }: InstanceFacts): string {
  if (instance !== null) return hash(['instance', instance]);
  const { host, port, database, schema, socketPath, filename } = place;
  return hash(['place', url, client, host, port, database, schema, socketPath, filename, appKey]);
}

/**
 * The fingerprint that version 0.1 made of the same installation. It saw less, and read a connection string as a URL.
 * An installation that has it stored is no copy: it is the same place, seen for the first time by this version.
 *
 * @param settings `connection` in `config/database`, as it is written
 * @returns null where that version could not start
 */
export function formerFingerprintOf(
  { instance, url, client, appKey }: Omit<InstanceFacts, 'place'>,
  settings: Settings,
): string | null {
  if (instance !== null) return hash(['instance', instance]);
  try {
    const { host, port, database, filename } = settings.connectionString
      ? fromUrl(String(settings.connectionString))
      : settings;
    const place = [host ?? '', String(port ?? ''), database ?? '', filename ? resolve(String(filename)) : ''];
    return hash(['derived', url, client, ...place, appKey]);
  } catch {
    return null;
  }
}

function fromUrl(connectionString: string): Settings {
  const { hostname, port, pathname } = new URL(connectionString);
  return { host: hostname, port, database: pathname.slice(1) };
}

const hash = (facts: readonly unknown[]) => createHash('sha256').update(JSON.stringify(facts)).digest('hex');
