import { useRef, useState, type DragEvent } from 'react';
import { Button, Flex, Typography } from '@strapi/design-system';
import { Upload } from '@strapi/icons';
import { styled } from 'styled-components';
import { useText } from '../text';

/** Takes a file of devices: dropped here, or picked. It is not read here, however large it is. */
export function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  function take(files: FileList | null) {
    const file = files?.item(0);
    if (file) onFile(file);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  }

  return (
    <Zone
      $over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Flex direction="column" gap={2} padding={5}>
        <Upload aria-hidden width="2.4rem" height="2.4rem" fill="neutral500" />
        <Typography textAlign="center">{text('move.drop')}</Typography>
        <Button size="S" variant="tertiary" onClick={() => input.current?.click()}>
          {text('move.pick')}
        </Button>
        {/* The button before it is what is pressed; this only opens the file dialog. */}
        <input
          ref={input}
          type="file"
          accept=".ndjson,.jsonl,.json,.txt"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = '';
          }}
          hidden
          aria-label={text('move.pick')}
          tabIndex={-1}
        />
      </Flex>
    </Zone>
  );
}

const Zone = styled.div<{ $over: boolean }>`
  border-radius: ${({ theme }) => theme.borderRadius};
  border: 1px dashed ${({ theme, $over }) => ($over ? theme.colors.primary600 : theme.colors.neutral300)};
  background: ${({ theme, $over }) => ($over ? theme.colors.primary100 : theme.colors.neutral100)};
`;
