import type { ContentSettings } from '../../server/admin-api/contract';

const KINDS = ['none', 'all', 'chosen'] as const;
export type ContentKind = (typeof KINDS)[number];

/** A trigger's `content` while somebody edits it. */
export interface ContentDraft {
  kind: ContentKind;
  /** What is chosen, as typed; kept while another kind is looked at. */
  json: string;
}

const EXAMPLE: Exclude<ContentSettings, true> = { fields: ['title'], populate: { cover: true } };

export const contentKind = (value: string): ContentKind => KINDS.find((kind) => kind === value) ?? 'none';

export function contentDraft(content: ContentSettings | null): ContentDraft {
  const shown = content === null || content === true ? EXAMPLE : content;
  return {
    kind: content === null ? 'none' : content === true ? 'all' : 'chosen',
    json: JSON.stringify(shown, null, 2),
  };
}

/** @returns undefined where what was typed is no JSON object; what it says is the server's to check */
export function readContent({ kind, json }: ContentDraft): ContentSettings | null | undefined {
  if (kind === 'none') return null;
  if (kind === 'all') return true;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value;
}
