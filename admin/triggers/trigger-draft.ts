import type { App, ContentType, Trigger, TriggerBody } from '../../server/admin-api/contract';
import type { FieldErrors } from '../api/field-errors';
import type { Text } from '../text';
import { audienceDraft, readAudience, type AudienceDraft } from './audience-draft';
import { contentDraft, readContent, type ContentDraft } from './content-draft';
import { relatedDraft, type RelatedDraft } from './related-draft';

export const TRIGGER_FIELDS = [
  'name',
  'contentType',
  'wakeOn',
  'apps',
  'audience',
  'content',
  'related',
  'enabled',
] as const satisfies readonly (keyof TriggerBody)[];

/** A trigger as it is being edited. */
export type TriggerDraft = Omit<TriggerBody, 'audience' | 'content' | 'related' | 'relatedWakes'> & {
  audience: AudienceDraft;
  content: ContentDraft;
  related: RelatedDraft;
};

/** What the form starts with: the trigger, or the most likely new one. */
export function draftOf(trigger: Trigger | undefined, apps: readonly Pick<App, 'bundleId'>[]): TriggerDraft {
  if (trigger) {
    const { name, contentType, wakeOn, apps: chosen, audience, content, enabled } = trigger;
    return {
      name,
      contentType,
      wakeOn,
      apps: chosen,
      audience: audienceDraft(audience),
      content: contentDraft(content),
      related: relatedDraft(trigger),
      enabled,
    };
  }
  return {
    name: '',
    contentType: '',
    wakeOn: ['publish'],
    apps: apps.map(({ bundleId }) => bundleId),
    audience: audienceDraft('all'),
    content: contentDraft(null),
    related: relatedDraft({ related: null, relatedWakes: false }),
    enabled: true,
  };
}

/** Takes another content type, and its name along while the trigger has none of its own. */
export function withContentType(draft: TriggerDraft, uid: string, contentTypes: readonly ContentType[]): TriggerDraft {
  const nameOf = (wanted: string) => contentTypes.find((type) => type.uid === wanted)?.displayName ?? '';
  const named = draft.name.trim() !== '' && draft.name !== nameOf(draft.contentType);
  return { ...draft, contentType: uid, name: named ? draft.name : nameOf(uid) };
}

/** What can be said before the server is asked. */
export function draftErrors(text: Text, draft: TriggerDraft): FieldErrors {
  const errors: FieldErrors = {};
  if (draft.name.trim() === '') errors.name = text('error.required');
  if (draft.contentType === '') errors.contentType = text('error.required');
  if (draft.apps.length === 0) errors.apps = text('error.one-app');
  if (readAudience(draft.audience) === undefined) errors.audience = text('error.required');
  if (readContent(draft.content) === undefined) errors.content = text('custom-keys.not-an-object');
  return errors;
}
