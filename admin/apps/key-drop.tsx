import { Field } from '@strapi/design-system';
import { CheckCircle, Key } from '@strapi/icons';
import { useText } from '../text';
import { DropZone } from '../ui/drop-zone';

interface KeyDropProps {
  /** Name of the file that was read; null: none yet. */
  fileName: string | null;
  error?: string;
  onFile: (file: File) => void;
}

/** Takes a `.p8` file. */
export function KeyDrop({ fileName, error, onFile }: KeyDropProps) {
  const text = useText();
  return (
    <Field.Root name="key" required error={error} hint={text('credential.key-hint')}>
      <Field.Label>{text('credential.key')}</Field.Label>
      <DropZone
        icon={
          fileName === null ? (
            <Key aria-hidden width="2.4rem" height="2.4rem" fill="neutral500" />
          ) : (
            <CheckCircle aria-hidden width="2.4rem" height="2.4rem" fill="success600" />
          )
        }
        pick={text(fileName === null ? 'credential.pick' : 'credential.pick-another')}
        label={text('credential.key')}
        accept=".p8,.pem"
        wrong={Boolean(error)}
        onFile={onFile}
      >
        {fileName === null ? text('credential.drop') : text('credential.file-read', { name: fileName })}
      </DropZone>
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
}
