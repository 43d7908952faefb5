import type { TriggerBody } from '../../server/admin-api/contract';

const KINDS = ['none', 'all', 'paths'] as const;
export type RelatedKind = (typeof KINDS)[number];

/** A trigger's `related` while somebody edits it. */
export interface RelatedDraft {
  kind: RelatedKind;
  /** One path in a line; kept while another kind is looked at. */
  paths: string;
  wakes: boolean;
}

export const relatedKind = (value: string): RelatedKind => KINDS.find((kind) => kind === value) ?? 'none';

export function relatedDraft({ related, relatedWakes }: Pick<TriggerBody, 'related' | 'relatedWakes'>): RelatedDraft {
  return {
    kind: related === null ? 'none' : related === true ? 'all' : 'paths',
    paths: Array.isArray(related) ? related.join('\n') : '',
    wakes: relatedWakes,
  };
}

export function readRelated({ kind, paths, wakes }: RelatedDraft): Pick<TriggerBody, 'related' | 'relatedWakes'> {
  const listed = paths.split(/[\s,]+/).filter((path) => path !== '');
  const related = kind === 'all' ? true : kind === 'paths' && listed.length > 0 ? listed : null;
  return { related, relatedWakes: wakes };
}
