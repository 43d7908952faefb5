import type { Entry, StrapiContent } from '../../../server/content';
import { defaultPopulate } from '../../../server/content/default-query';
import { dropRowIds } from '../../../server/content/references';
import { contentOf } from '../../../server/host-content';
import { HOMEPAGE, type Library } from './library';

/** Where the REST API has each type. */
const PATHS: Readonly<Record<string, string>> = {
  'api::article.article': 'articles',
  'api::author.author': 'authors',
  'api::category.category': 'categories',
  'api::homepage.homepage': 'homepage',
};

/** `populate` as a query string says it. */
export function toQueryString(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${name}=${encodeURIComponent(String(value))}`];
  const entries = Object.entries(value as object);
  // A query string cannot say an empty object.
  if (entries.length === 0) return [`${name}=true`];
  return entries.flatMap(([key, inner]) => toQueryString(inner, `${name}[${key}]`));
}

export interface RestOptions {
  token?: string | null;
  fields?: readonly string[];
  populate?: object;
}

/** What Strapi's own REST API answers for one document in one locale; null: 404. Row ids of related entries left out. */
export async function readRest(
  library: Library,
  { contentType, documentId, locale }: { contentType: string; documentId: string; locale: string | null },
  { token = null, fields, populate }: RestOptions = {},
): Promise<unknown> {
  const strapi = contentOf(library.strapi);
  const query = [
    ...(fields ? toQueryString(fields, 'fields') : []),
    ...Object.entries(populate ?? defaultPopulate(strapi, contentType)).flatMap(([name, part]) =>
      toQueryString(normalised(part), `populate[${name}]`),
    ),
    ...(locale === null ? [] : [`locale=${locale}`]),
  ].join('&');
  const place = contentType === HOMEPAGE ? PATHS[contentType] : `${PATHS[contentType]}/${documentId}`;
  const url = `${library.url}/api/${place}?${query}`;
  const response = await fetch(url, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${url} → ${response.status}: ${await response.text()}`);
  const { data } = (await response.json()) as { data: Record<string, unknown> | null };
  if (data) dropRowIds(strapi, contentType, data);
  return data;
}

/** An empty populate says nothing in a query string. */
function normalised(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part as Record<string, unknown>).flatMap(([name, value]) =>
      name === 'populate' && Object.keys(value as object).length === 0 ? [] : [[name, normalised(value)]],
    ),
  );
}

/** Every published document of these types, as rows of the database say it. */
export async function published(library: Library, types: readonly string[]) {
  const strapi = contentOf(library.strapi);
  const found = [];
  for (const contentType of types) {
    for (const { documentId, locale } of await strapi.rowsAfter(contentType, '', 100_000)) {
      found.push({ contentType, documentId, locale });
    }
  }
  return found;
}

/** A Strapi, and what its types look like. */
export interface Asked {
  url: string;
  content: Pick<StrapiContent, 'model' | 'isPrivate'>;
}

/**
 * All that Strapi's REST API shows of these types, in as few requests as it takes.
 *
 * @returns contents by `[contentType, documentId, locale]` as JSON; more than one where two who published at once left
 *   two published rows
 */
export async function readAllRest(
  { url, content: strapi }: Asked,
  types: Readonly<Record<string, object | null>>,
  locales: readonly string[],
): Promise<Map<string, unknown[]>> {
  const found = new Map<string, unknown[]>();
  for (const [contentType, populate] of Object.entries(types)) {
    const query = Object.entries(populate ?? defaultPopulate(strapi, contentType)).flatMap(([name, part]) =>
      toQueryString(normalised(part), `populate[${name}]`),
    );
    for (const locale of isLocalized(strapi.model(contentType)) ? locales : [null]) {
      const all = [...query, 'pagination[pageSize]=100', ...(locale === null ? [] : [`locale=${locale}`])].join('&');
      const response = await fetch(`${url}/api/${PATHS[contentType]}?${all}`);
      if (response.status === 404) continue;
      if (!response.ok) throw new Error(`${contentType} → ${response.status}: ${await response.text()}`);
      const { data } = (await response.json()) as { data: Entry | Entry[] | null };
      for (const entry of data === null ? [] : [data].flat()) {
        dropRowIds(strapi, contentType, entry);
        const key = JSON.stringify([contentType, entry.documentId, locale]);
        found.set(key, [...(found.get(key) ?? []), entry]);
      }
    }
  }
  return found;
}

const isLocalized = (model: object | undefined): boolean =>
  (model as { pluginOptions?: { i18n?: { localized?: boolean } } } | undefined)?.pluginOptions?.i18n?.localized ===
  true;
