import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** Where an installation is; a copy of its database is somewhere else. */
export interface InstanceFacts {
  /** `delivery.instance`, which replaces everything else; null: not set. */
  instance: string | null;
  /** Strapi's public address, if it is configured. Never the port it listens on or the host's name: those change. */
  url: string;
  database: { client: string; host?: string; port?: number | string; database?: string; filename?: string };
  /** Strapi's first app key: differs between environments even where addresses do not. */
  appKey: string;
}

/** @returns a hash that is the same at every start of one installation and differs for a copy of it elsewhere */
export function fingerprintOf({ instance, url, database, appKey }: InstanceFacts): string {
  const place =
    instance !== null
      ? ['instance', instance]
      : [
          'derived',
          url,
          database.client,
          database.host ?? '',
          String(database.port ?? ''),
          database.database ?? '',
          database.filename ? resolve(database.filename) : '',
          appKey,
        ];
  return createHash('sha256').update(JSON.stringify(place)).digest('hex');
}
