import type { App, ContentType } from '../../server/admin-api/contract';
import {
  Field,
  Flex,
  MultiSelect,
  MultiSelectOption,
  SingleSelect,
  SingleSelectOption,
  TextInput,
  Toggle,
} from '@strapi/design-system';
import type { FieldErrors } from '../api/field-errors';
import { useText, type TextKey } from '../text';
import { AudienceField } from './audience-field';
import { ContentField } from './content-field';
import { RelatedField } from './related-field';
import { withContentType, type TriggerDraft } from './trigger-draft';
import { WakeOnField } from './wake-on-field';

interface TriggerFieldsProps {
  draft: TriggerDraft;
  errors: FieldErrors;
  contentTypes: readonly ContentType[];
  apps: readonly App[];
  onChange: (draft: TriggerDraft) => void;
}

export function TriggerFields({ draft, errors, contentTypes, apps, onChange }: TriggerFieldsProps) {
  const text = useText();
  const change = (part: Partial<TriggerDraft>) => onChange({ ...draft, ...part });
  const type = contentTypes.find(({ uid }) => uid === draft.contentType);
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Field.Root name="contentType" required error={errors.contentType} hint={text(typeHint(type))}>
        <Field.Label>{text('trigger.content-type')}</Field.Label>
        <SingleSelect
          value={draft.contentType}
          placeholder={text('trigger.choose-type')}
          onChange={(uid) => onChange(withContentType(draft, String(uid), contentTypes))}
        >
          {draft.contentType !== '' && !type && (
            <SingleSelectOption value={draft.contentType}>{draft.contentType}</SingleSelectOption>
          )}
          {contentTypes.map(({ uid, displayName }) => (
            <SingleSelectOption key={uid} value={uid}>
              {text('trigger.type-option', { name: displayName, uid })}
            </SingleSelectOption>
          ))}
        </SingleSelect>
        <Field.Hint />
        <Field.Error />
      </Field.Root>
      <Field.Root name="name" required error={errors.name} hint={text('trigger.name-hint')}>
        <Field.Label>{text('column.name')}</Field.Label>
        <TextInput value={draft.name} onChange={(event) => change({ name: event.target.value })} />
        <Field.Hint />
        <Field.Error />
      </Field.Root>
      <WakeOnField value={draft.wakeOn} error={errors.wakeOn} onChange={(wakeOn) => change({ wakeOn })} />
      <Field.Root name="apps" required error={errors.apps} hint={text('trigger.apps-hint')}>
        <Field.Label>{text('column.apps')}</Field.Label>
        <MultiSelect
          value={draft.apps}
          placeholder={text('trigger.choose-apps')}
          // Not as tags: the design system's have buttons without a name.
          customizeContent={(chosen = []) => namesOf(chosen, apps)}
          onChange={(chosen) => change({ apps: chosen })}
          onClear={() => change({ apps: [] })}
          clearLabel={text('action.clear')}
        >
          {appChoices(draft, apps).map(({ bundleId, name }) => (
            <MultiSelectOption key={bundleId} value={bundleId}>
              {name === bundleId ? bundleId : text('trigger.app-option', { name, bundleId })}
            </MultiSelectOption>
          ))}
        </MultiSelect>
        <Field.Hint />
        <Field.Error />
      </Field.Root>
      <AudienceField
        value={draft.audience}
        localized={type?.localized ?? true}
        contentType={draft.contentType}
        apps={draft.apps}
        error={errors.audience}
        onChange={(audience) => change({ audience })}
      />
      <ContentField value={draft.content} error={errors.content} onChange={(content) => change({ content })} />
      <RelatedField value={draft.related} error={errors.related} onChange={(related) => change({ related })} />
      <Field.Root name="enabled" error={errors.enabled} hint={text('trigger.enabled-hint')}>
        <Field.Label>{text('trigger.enabled')}</Field.Label>
        <Toggle
          onLabel={text('toggle.on')}
          offLabel={text('toggle.off')}
          checked={draft.enabled}
          onChange={(event) => change({ enabled: event.target.checked })}
        />
        <Field.Hint />
        <Field.Error />
      </Field.Root>
    </Flex>
  );
}

/** What counts as publishing differs where a type has no drafts. */
function typeHint(type: ContentType | undefined): TextKey {
  return type && !type.draftAndPublish ? 'trigger.no-drafts' : 'trigger.content-type-hint';
}

/** The apps there are, and those the trigger names although they are gone or may not be seen. */
function appChoices(draft: TriggerDraft, apps: readonly App[]): { bundleId: string; name: string }[] {
  const missing = draft.apps.filter((bundleId) => !apps.some((app) => app.bundleId === bundleId));
  return [...apps, ...missing.map((bundleId) => ({ bundleId, name: bundleId }))];
}

/** By their names, of those that are known: with the bundle ids they are wider than a phone. */
function namesOf(chosen: readonly string[], apps: readonly App[]): string {
  return chosen.map((bundleId) => apps.find((app) => app.bundleId === bundleId)?.name ?? bundleId).join(', ');
}
