import type { Audience } from '../admin-api/contract';
import type { Knex } from 'knex';

/** Whom a push is for: every device of the lane, or those of some locales (lower case) and those without one. */
export type AudienceFilter = 'all' | { locales: string[] };

/** @param waking audience and locale of each waking change that a push announces */
export function unionAudience(waking: readonly { audience: Audience; locale: string | null }[]): AudienceFilter {
  const locales = new Set<string>();
  for (const { audience, locale } of waking) {
    // A change without a locale concerns everybody.
    if (audience === 'all' || locale === null) return 'all';
    locales.add(locale.toLowerCase());
  }
  return { locales: [...locales].sort() };
}

/** Whether a device of a locale (lower case) is of an audience; what `whereAudience` asks the database. */
export function hears(audience: AudienceFilter, locale: string | null): boolean {
  if (audience === 'all' || locale === null) return true;
  return audience.locales.some((one) => locale === one || locale.startsWith(`${one}-`));
}

/** Whether every device of `inner` is one of `outer` too. */
export function covers(outer: AudienceFilter, inner: AudienceFilter): boolean {
  if (outer === 'all' || inner === 'all') return outer === 'all';
  return inner.locales.every((locale) => hears(outer, locale));
}

export function parseAudience(stored: string): AudienceFilter {
  return JSON.parse(stored) as AudienceFilter;
}

/** Not the usual backslash: MariaDB takes that as an escape inside the literal itself. */
const escapeLike = (text: string) => text.replace(/[!%_]/g, (character) => `!${character}`);

/** Narrows a query over devices to an audience: a device of `en-gb` hears of changes in `en`, not the other way round. */
export function whereAudience(query: Knex.QueryBuilder, audience: AudienceFilter): Knex.QueryBuilder {
  if (audience === 'all') return query;
  return query.where((member) => {
    member.whereNull('locale').orWhereIn('locale', audience.locales);
    for (const locale of audience.locales) member.orWhereRaw("locale like ? escape '!'", [`${escapeLike(locale)}-%`]);
  });
}
