import { Field, Flex, TextInput, Toggle } from '@strapi/design-system';
import type { FieldErrors } from '../api/field-errors';
import { useText } from '../text';
import { JsonArea } from '../ui/json-area';

/** An app as it is being typed. */
export interface AppDraft {
  bundleId: string;
  name: string;
  /** JSON, or nothing. */
  customKeys: string;
  enabled: boolean;
}

export const APP_FIELDS = ['bundleId', 'name', 'customKeys', 'enabled'] as const satisfies readonly (keyof AppDraft)[];

interface AppFieldsProps {
  draft: AppDraft;
  errors: FieldErrors;
  onChange: (change: Partial<AppDraft>) => void;
  /** An app that exists keeps its bundle id, and may be switched off. */
  exists: boolean;
}

export function AppFields({ draft, errors, onChange, exists }: AppFieldsProps) {
  const text = useText();
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Field.Root name="bundleId" required={!exists} error={errors.bundleId} hint={text('app.bundle-id-hint')}>
        <Field.Label>{text('app.bundle-id')}</Field.Label>
        <TextInput
          value={draft.bundleId}
          disabled={exists}
          placeholder="com.example.news"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ bundleId: event.target.value })}
        />
        <Field.Hint />
        <Field.Error />
      </Field.Root>
      <Field.Root name="name" required error={errors.name} hint={text('app.name-hint')}>
        <Field.Label>{text('app.name')}</Field.Label>
        <TextInput value={draft.name} onChange={(event) => onChange({ name: event.target.value })} />
        <Field.Hint />
        <Field.Error />
      </Field.Root>
      <Field.Root name="customKeys" error={errors.customKeys} hint={text('app.custom-keys-hint')}>
        <Field.Label>{text('app.custom-keys')}</Field.Label>
        <JsonArea
          value={draft.customKeys}
          rows={5}
          spellCheck={false}
          placeholder={'{ "campaign": "spring" }'}
          onChange={(event) => onChange({ customKeys: event.target.value })}
        />
        <Field.Hint />
        <Field.Error />
      </Field.Root>
      {exists && (
        <Field.Root name="enabled" error={errors.enabled} hint={text('app.enabled-hint')}>
          <Field.Label>{text('app.enabled')}</Field.Label>
          <Toggle
            onLabel={text('toggle.on')}
            offLabel={text('toggle.off')}
            checked={draft.enabled}
            onChange={(event) => onChange({ enabled: event.target.checked })}
          />
          <Field.Hint />
          <Field.Error />
        </Field.Root>
      )}
    </Flex>
  );
}
