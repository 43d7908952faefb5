import { MAX_TAG_LENGTH, MAX_TAG_TEMPLATES, TAG_PATTERN, type Audience, type NoTagReason } from '../admin-api/contract';

/** What an entry holds under each path, such as `category.slug`; null: nothing. */
export type EntryValues = ReadonlyMap<string, string | null>;

/** A template read: text, and paths that the entry's values stand in for. */
export type TagTemplate = readonly (string | { path: string })[];

export type MadeTag = { tag: string } | { tag: null; reason: NoTagReason; field: string | null };

const MAX_TEMPLATE_LENGTH = 255;

/** Of which shape an audience must be, wherever it is written. What templates name is checked against the content types. */
export const AUDIENCE_RULE = `must be 'all', 'locale', or an object with tags: 1 to ${MAX_TAG_TEMPLATES} templates such as category:{category.slug}`;

export const TEMPLATES_RULE = `must be a list of 1 to ${MAX_TAG_TEMPLATES} templates such as category:{category.slug}.`;

export function isAudience(value: unknown): value is Audience {
  if (value === 'all' || value === 'locale') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { tags, ...strange } = value as { tags?: unknown };
  return Object.keys(strange).length === 0 && isTemplates(tags);
}

export const isTemplates = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MAX_TAG_TEMPLATES &&
  value.every((text) => typeof text === 'string' && text.length <= MAX_TEMPLATE_LENGTH);

/** A problem is a sentence without its subject and its period. */
export function parseTemplate(text: string): TagTemplate | { problem: string } {
  const parts: (string | { path: string })[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    const literal = open < 0 ? rest : rest.slice(0, open);
    if (literal.includes('}')) return { problem: 'has a } without a {' };
    if (literal !== '') parts.push(literal);
    if (open < 0) break;
    const close = rest.indexOf('}', open);
    if (close < 0) return { problem: 'has a { without a }' };
    const path = rest.slice(open + 1, close);
    if (!/^\w+(\.\w+)?$/.test(path)) {
      return {
        problem: `has {${path}} where a field, such as {slug}, or one of a relation, such as {category.slug}, is expected`,
      };
    }
    parts.push({ path });
    rest = rest.slice(close + 1);
  }
  const literal = parts.filter((part) => typeof part === 'string').join('');
  if (literal !== '' && !TAG_PATTERN.test(literal)) return { problem: 'has characters beside A-Z a-z 0-9 . _ : -' };
  const shortest = literal.length + parts.length - parts.filter((part) => typeof part === 'string').length;
  if (shortest > MAX_TAG_LENGTH) return { problem: `makes tags of more than ${MAX_TAG_LENGTH} characters` };
  if (shortest === 0) return { problem: 'is empty' };
  return parts;
}

export const pathsOfTemplate = (template: TagTemplate): string[] =>
  template.flatMap((part) => (typeof part === 'string' ? [] : [part.path]));

/** The tag that a template makes of an entry, as devices may have it; none where a field is empty or does not fit. */
export function makeTag(template: TagTemplate, values: EntryValues): MadeTag {
  let tag = '';
  for (const part of template) {
    if (typeof part === 'string') {
      tag += part;
      continue;
    }
    const { path } = part;
    const value = values.get(path) ?? '';
    if (value === '') return { tag: null, reason: 'empty', field: path };
    if (value.length > MAX_TAG_LENGTH) return { tag: null, reason: 'too-long', field: path };
    if (!TAG_PATTERN.test(value)) return { tag: null, reason: 'characters', field: path };
    tag += value;
  }
  return tag.length > MAX_TAG_LENGTH ? { tag: null, reason: 'too-long', field: null } : { tag };
}
