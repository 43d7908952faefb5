import { makeTag, parseTemplate, type EntryValues, type TagTemplate } from './tag-template';

/** Templates as they were read: capture asks for the same at every change. */
const read = new WeakMap<readonly string[], readonly TagTemplate[]>();

function templatesOf(texts: readonly string[]): readonly TagTemplate[] {
  const known = read.get(texts);
  if (known) return known;
  const templates = texts.flatMap((text) => {
    const template = parseTemplate(text);
    return 'problem' in template ? [] : [template];
  });
  read.set(texts, templates);
  return templates;
}

/** The tags that templates make of what an entry holds and held, each once. */
export function makeTags(texts: readonly string[], values: readonly EntryValues[]): Set<string> {
  const tags = new Set<string>();
  for (const template of templatesOf(texts)) {
    for (const one of values) {
      const { tag } = makeTag(template, one);
      if (tag !== null) tags.add(tag);
    }
  }
  return tags;
}
