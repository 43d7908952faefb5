import { Checkbox, Field, Radio, Textarea, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { relatedKind, type RelatedDraft } from './related-draft';

interface RelatedFieldProps {
  value: RelatedDraft;
  error?: string;
  onChange: (value: RelatedDraft) => void;
}

/** What of other entries, and of files, is news of the entry that shows them. */
export function RelatedField({ value, error, onChange }: RelatedFieldProps) {
  const text = useText();
  return (
    <Field.Root name="related" error={error} hint={text('related.hint')}>
      <Typography id="related" variant="pi" fontWeight="bold" textColor="neutral800">
        {text('column.related')}
      </Typography>
      <Radio.Group
        aria-labelledby="related"
        value={value.kind}
        onValueChange={(kind) => onChange({ ...value, kind: relatedKind(kind) })}
      >
        <Radio.Item value="none">{text('related.none')}</Radio.Item>
        <Radio.Item value="all">{text('related.all')}</Radio.Item>
        <Radio.Item value="paths">{text('related.paths')}</Radio.Item>
      </Radio.Group>
      {value.kind === 'paths' && (
        <Textarea
          aria-label={text('related.paths')}
          value={value.paths}
          rows={3}
          spellCheck={false}
          placeholder={'author\nseo.shareImage'}
          onChange={(event) => onChange({ ...value, paths: event.target.value })}
        />
      )}
      {value.kind !== 'none' && (
        <Checkbox checked={value.wakes} onCheckedChange={(wakes) => onChange({ ...value, wakes: wakes === true })}>
          {text('related.wakes')}
        </Checkbox>
      )}
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
}
