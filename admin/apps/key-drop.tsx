import { useRef, useState, type ChangeEvent, type DragEvent } from 'react';
import { Button, Field, Flex, Typography } from '@strapi/design-system';
import { CheckCircle, Key } from '@strapi/icons';
import { styled } from 'styled-components';
import { useText } from '../text';

interface KeyDropProps {
  /** Name of the file that was read; null: none yet. */
  fileName: string | null;
  error?: string;
  onFile: (file: File) => void;
}

/** Takes a `.p8` file: dropped here, or picked. */
export function KeyDrop({ fileName, error, onFile }: KeyDropProps) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  function take(files: FileList | null) {
    const file = files?.item(0);
    if (file) onFile(file);
  }

  function pick(event: ChangeEvent<HTMLInputElement>) {
    take(event.target.files);
    // The same file may be picked again, after it was mended.
    event.target.value = '';
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  }

  return (
    <Field.Root name="key" required error={error} hint={text('credential.key-hint')}>
      <Field.Label>{text('credential.key')}</Field.Label>
      <Zone
        $over={over}
        $error={Boolean(error)}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Flex direction="column" gap={2} padding={5}>
          {fileName === null ? (
            <Key aria-hidden width="2.4rem" height="2.4rem" fill="neutral500" />
          ) : (
            <CheckCircle aria-hidden width="2.4rem" height="2.4rem" fill="success600" />
          )}
          <Typography textAlign="center" style={{ overflowWrap: 'anywhere' }} aria-live="polite">
            {fileName === null ? text('credential.drop') : text('credential.file-read', { name: fileName })}
          </Typography>
          <Button size="S" variant="tertiary" onClick={() => input.current?.click()}>
            {text(fileName === null ? 'credential.pick' : 'credential.pick-another')}
          </Button>
          {/* The button before it is what is pressed; this only opens the file dialog. */}
          <input
            ref={input}
            type="file"
            accept=".p8,.pem"
            onChange={pick}
            hidden
            aria-label={text('credential.key')}
            tabIndex={-1}
          />
        </Flex>
      </Zone>
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
}

const Zone = styled.div<{ $over: boolean; $error: boolean }>`
  border-radius: ${({ theme }) => theme.borderRadius};
  border: 1px dashed
    ${({ theme, $over, $error }) => {
      if ($error) return theme.colors.danger600;
      return $over ? theme.colors.primary600 : theme.colors.neutral300;
    }};
  background: ${({ theme, $over }) => ($over ? theme.colors.primary100 : theme.colors.neutral100)};
`;
