import { leadsTo } from './leads-to';
import type { Attribute, Entry, StrapiContent } from './strapi-content';

/**
 * Leaves the row ids of related entries out of an answer: Strapi numbers the rows of a document anew whenever it is
 * published, so a reference by them is wrong after the next publish of what it points to. Ids of files and of the
 * document's own components stay.
 *
 * @param entry changed in place
 */
export function dropRowIds(strapi: Pick<StrapiContent, 'model'>, uid: string, entry: Entry): void {
  const model = strapi.model(uid);
  if (!model) return;
  for (const [name, value] of Object.entries(entry)) {
    const attribute = model.attributes[name];
    if (!attribute) continue;
    for (const inner of entriesIn(value)) {
      const type = typeOf(attribute, inner);
      if (type === null) continue;
      dropRowIds(strapi, type, inner);
      if (attribute.type === 'relation') delete inner.id;
    }
  }
}

/** Files hold nothing that is numbered anew. */
function typeOf(attribute: Attribute, entry: Entry): string | null {
  if (attribute.type === 'media') return null;
  if (attribute.type === 'dynamiczone') return typeof entry.__component === 'string' ? entry.__component : null;
  return leadsTo(attribute)?.[0] ?? null;
}

function entriesIn(value: unknown): Entry[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one): one is Entry => typeof one === 'object' && one !== null);
}
