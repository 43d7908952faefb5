import type { Paged } from './paged';
import type { Pagination } from '../../server/admin-api/contract';
import { adminApi } from '@strapi/strapi/admin';
import { PLUGIN_ID } from '../plugin-id';

/** Names of this plugin's answers in the cache that all of the admin panel shares. */
export const TAGS = {
  overview: 'BackgroundPushOverview',
  apps: 'BackgroundPushApps',
  triggers: 'BackgroundPushTriggers',
  pushes: 'BackgroundPushPushes',
  devices: 'BackgroundPushDevices',
  acts: 'BackgroundPushActs',
} as const;

/** The Content Manager's own: what it changes of an entry, it asks for again, and so do we. */
export const DOCUMENT = 'Document';

/** Strapi's query client, with our tags. Each feature adds its endpoints beside its own file. */
export const api = adminApi.enhanceEndpoints({ addTagTypes: [...Object.values(TAGS), DOCUMENT] });

/** Path of an admin API route: `/background-push/…`. */
export function route(path: string): string {
  return `/${PLUGIN_ID}${path}`;
}

export interface Answer<T> {
  data: T;
}

/** Takes the answer out of `{ data }`. */
export function unwrap<T>(answer: Answer<T>): T {
  return answer.data;
}

export interface PagedAnswer<T> extends Answer<T[]> {
  meta: { pagination: Pagination };
}

/** Takes one page out of `{ data, meta: { pagination } }`. */
export function unwrapPage<T>({ data, meta }: PagedAnswer<T>): Paged<T> {
  return { items: data, pagination: meta.pagination };
}
