import type { AudienceKind } from '../admin-api/contract';
import type { ChangeRow } from '../store/tables';

/**
 * Whom a push is for: every device of the lane, or those of some locales (lower case; where there are any, those without
 * one too) and those with one of some tags.
 */
export type AudienceFilter = 'all' | { locales: string[]; tags: string[] };

/** What of a device decides whether it is of an audience. */
export interface Hearer {
  /** Lower case. */
  locale: string | null;
  tags: readonly string[];
}

/** Of a push that would name more, everybody is woken: a list without end fits no statement and no row. */
export const MAX_AUDIENCE_TAGS = 500;

/** @param waking audience, locale and tags of each waking change that a push announces */
export function unionAudience(
  waking: Iterable<{ audience: AudienceKind; locale: string | null; tags: string | null }>,
): AudienceFilter {
  const locales = new Set<string>();
  const tags = new Set<string>();
  for (const { audience, locale, tags: stored } of waking) {
    // A change without a locale concerns everybody, and one whose tags an older process did not know may do so.
    if (audience === 'all' || (audience === 'locale' && locale === null)) return 'all';
    if (audience === 'tags' && stored === null) return 'all';
    if (audience === 'locale' && locale !== null) locales.add(locale.toLowerCase());
    for (const tag of parseTags(stored)) tags.add(tag);
    if (tags.size > MAX_AUDIENCE_TAGS) return 'all';
  }
  return { locales: [...locales].sort(), tags: [...tags].sort() };
}

/** Whether a device is of an audience; what `whereAudience` asks the database. */
export function hears(audience: AudienceFilter, { locale, tags }: Hearer): boolean {
  if (audience === 'all' || tags.some((tag) => audience.tags.includes(tag))) return true;
  return hearsLocale(audience.locales, locale);
}

export function hearsLocale(locales: readonly string[], locale: string | null): boolean {
  if (locale === null) return locales.length > 0;
  return locales.some((one) => locale === one || locale.startsWith(`${one}-`));
}

/** Whether every device of `inner` is one of `outer` too. */
export function covers(outer: AudienceFilter, inner: AudienceFilter): boolean {
  if (outer === 'all' || inner === 'all') return outer === 'all';
  return (
    inner.locales.every((locale) => hearsLocale(outer.locales, locale)) &&
    inner.tags.every((tag) => outer.tags.includes(tag))
  );
}

export function parseAudience(stored: string): AudienceFilter {
  const audience = JSON.parse(stored) as 'all' | { locales: string[]; tags?: string[] };
  return audience === 'all' ? 'all' : { locales: audience.locales, tags: audience.tags ?? [] };
}

/** Without tags word for word what older processes write and read. */
export function storeAudience(audience: AudienceFilter): string {
  if (audience === 'all' || audience.tags.length > 0) return JSON.stringify(audience);
  return JSON.stringify({ locales: audience.locales });
}

/** The tags of a change, as its row keeps them. */
export const parseTags = (stored: ChangeRow['tags']): string[] =>
  stored === null ? [] : (JSON.parse(stored) as string[]);
