import type { ChangedEntry, PushAbout } from '../../server/admin-api/contract';
import type { Text } from '../text';

/** What a push tells of, as a person would say it. */
export function pushName(text: Text, about: PushAbout): string {
  if (about.refresh) return text('about.refresh');
  const all = about.entries ?? about.changes;
  const entry = about.first.find(({ title }) => title !== null) ?? about.first.at(0);
  if (!entry) return text('about.not-kept', { count: about.changes });
  const more = all - 1;
  if (entry.title !== null)
    return text(more > 0 ? 'about.title-and-more' : 'about.title', { title: entry.title, more });
  if (entry.gone) return text(more > 0 ? 'about.gone-and-more' : 'about.gone', { more });
  return text(about.sameType || all === 1 ? 'about.of-type' : 'about.of-types', {
    count: about.changes,
    type: entry.name,
  });
}

/** One of the entries that a push tells of. */
export function entryName(text: Text, { name, title, gone, locale, documentId }: ChangedEntry): string {
  const entry = title === null ? text(gone ? 'about.gone' : 'about.untitled') : text('about.title', { title });
  if (documentId === null) return text('about.whole-type', { type: name });
  return locale === null
    ? text('about.entry', { entry, type: name })
    : text('about.entry-in', { entry, type: name, locale });
}
