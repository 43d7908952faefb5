import { Field, Radio, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { audienceKind, type AudienceDraft } from './audience-draft';
import { AudiencePreview } from './audience-preview';
import { TemplateInputs } from './template-inputs';

interface AudienceFieldProps {
  value: AudienceDraft;
  /** Whether the content type has locales; without them two of the choices come to the same. */
  localized: boolean;
  contentType: string;
  apps: readonly string[];
  error?: string;
  onChange: (value: AudienceDraft) => void;
}

/** Whom a change concerns. */
export function AudienceField({ value, localized, contentType, apps, error, onChange }: AudienceFieldProps) {
  const text = useText();
  const hint =
    value.kind === 'tags'
      ? text('audience.tags-hint', { example: '{category.slug}' })
      : text(localized ? 'audience.hint' : 'audience.hint-not-localized');
  return (
    <Field.Root name="audience" error={error} hint={hint}>
      <Typography id="audience" variant="pi" fontWeight="bold" textColor="neutral800">
        {text('column.audience')}
      </Typography>
      <Radio.Group
        aria-labelledby="audience"
        value={value.kind}
        onValueChange={(chosen) => onChange({ ...value, kind: audienceKind(chosen) })}
      >
        <Radio.Item value="all">{text('audience.all')}</Radio.Item>
        <Radio.Item value="locale">{text('audience.locale')}</Radio.Item>
        <Radio.Item value="tags">{text('audience.tags')}</Radio.Item>
      </Radio.Group>
      {value.kind === 'tags' && (
        <TemplateInputs
          templates={value.templates}
          invalid={error !== undefined}
          onChange={(templates) => onChange({ ...value, templates })}
        />
      )}
      <Field.Hint />
      <Field.Error />
      {value.kind === 'tags' && <AudiencePreview draft={value} contentType={contentType} apps={apps} />}
    </Field.Root>
  );
}
