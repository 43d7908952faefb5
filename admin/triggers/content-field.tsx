import { Field, Radio, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { JsonArea } from '../ui/json-area';
import { contentKind, type ContentDraft } from './content-draft';

interface ContentFieldProps {
  value: ContentDraft;
  error?: string;
  onChange: (value: ContentDraft) => void;
}

/** What of an entry devices get with the news that it changed. */
export function ContentField({ value, error, onChange }: ContentFieldProps) {
  const text = useText();
  return (
    <Field.Root name="content" error={error} hint={text('content.hint')}>
      <Typography id="content" variant="pi" fontWeight="bold" textColor="neutral800">
        {text('column.content')}
      </Typography>
      <Radio.Group
        aria-labelledby="content"
        value={value.kind}
        onValueChange={(kind) => onChange({ ...value, kind: contentKind(kind) })}
      >
        <Radio.Item value="none">{text('content.none')}</Radio.Item>
        <Radio.Item value="all">{text('content.all')}</Radio.Item>
        <Radio.Item value="chosen">{text('content.chosen')}</Radio.Item>
      </Radio.Group>
      {value.kind === 'chosen' && (
        <JsonArea
          aria-label={text('content.chosen')}
          value={value.json}
          rows={6}
          spellCheck={false}
          onChange={(event) => onChange({ ...value, json: event.target.value })}
        />
      )}
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
}
