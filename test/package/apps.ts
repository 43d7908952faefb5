import type { ManagerName } from './managers';

/** Where a Strapi is to be found. */
export interface Addresses {
  /** `rest.prefix` */
  restPrefix: string;
  /** `admin.url` */
  adminUrl: string;
  /** The path of `server.url`, which a proxy in front takes off; empty: no proxy. */
  below: string;
}

/** What kind of app the tarball is installed into. A TypeScript app is built, with the admin panel. */
export interface AppKind {
  language: 'JavaScript' | 'TypeScript';
  addresses: Addresses;
}

const USUAL: Addresses = { restPrefix: '/api', adminUrl: '/admin', below: '' };
const MOVED: Addresses = { restPrefix: '/v1', adminUrl: '/dashboard', below: '/cms' };

export const APPS: Record<ManagerName, AppKind> = {
  npm: { language: 'JavaScript', addresses: USUAL },
  pnpm: { language: 'TypeScript', addresses: MOVED },
  yarn1: { language: 'JavaScript', addresses: MOVED },
  yarn4: { language: 'TypeScript', addresses: USUAL },
};
