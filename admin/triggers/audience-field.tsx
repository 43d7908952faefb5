import type { Trigger } from '../../server/admin-api/contract';
import { Field, Radio, Typography } from '@strapi/design-system';
import { useText } from '../text';

interface AudienceFieldProps {
  value: Trigger['audience'];
  /** Whether the content type has locales; without them both choices come to the same. */
  localized: boolean;
  error?: string;
  onChange: (value: Trigger['audience']) => void;
}

/** Whom a change concerns. */
export function AudienceField({ value, localized, error, onChange }: AudienceFieldProps) {
  const text = useText();
  return (
    <Field.Root name="audience" error={error} hint={text(localized ? 'audience.hint' : 'audience.hint-not-localized')}>
      <Typography id="audience" variant="pi" fontWeight="bold" textColor="neutral800">
        {text('column.audience')}
      </Typography>
      <Radio.Group
        aria-labelledby="audience"
        value={value}
        onValueChange={(chosen) => onChange(chosen === 'locale' ? 'locale' : 'all')}
      >
        <Radio.Item value="all">{text('audience.all')}</Radio.Item>
        <Radio.Item value="locale">{text('audience.locale')}</Radio.Item>
      </Radio.Group>
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
}
