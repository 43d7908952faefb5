import { AUDIENCES, type Audience, type AudienceKind } from '../../server/admin-api/contract';

/** An audience as it is being edited: the templates stay while another choice is looked at. */
export interface AudienceDraft {
  kind: AudienceKind;
  templates: readonly string[];
}

export function audienceDraft(audience: Audience): AudienceDraft {
  return typeof audience === 'string'
    ? { kind: audience, templates: [''] }
    : { kind: 'tags', templates: audience.tags };
}

export const audienceKind = (chosen: string): AudienceKind => AUDIENCES.find((kind) => kind === chosen) ?? 'all';

/** The templates that something was written in. */
export const writtenTemplates = ({ templates }: AudienceDraft): string[] =>
  templates.map((template) => template.trim()).filter((template) => template !== '');

/** @returns undefined where a tag is wanted and none is written */
export function readAudience(draft: AudienceDraft): Audience | undefined {
  if (draft.kind !== 'tags') return draft.kind;
  const tags = writtenTemplates(draft);
  return tags.length === 0 ? undefined : { tags };
}
