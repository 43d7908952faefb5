import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { Button, Flex, Typography } from '@strapi/design-system';
import { styled } from 'styled-components';

interface DropZoneProps {
  icon: ReactNode;
  /** What may be dropped, or what was. */
  children: string;
  /** On the button that opens the file dialog. */
  pick: string;
  /** Names the file that is wanted. */
  label: string;
  /** Endings of the files that the file dialog offers. */
  accept: string;
  wrong?: boolean;
  onFile: (file: File) => void;
}

/** Takes a file: dropped here, or picked. */
export function DropZone({ icon, children, pick, label, accept, wrong = false, onFile }: DropZoneProps) {
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
      $wrong={wrong}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Flex direction="column" gap={2} padding={5}>
        {icon}
        <Typography textAlign="center" style={{ overflowWrap: 'anywhere' }} aria-live="polite">
          {children}
        </Typography>
        <Button size="S" variant="tertiary" onClick={() => input.current?.click()}>
          {pick}
        </Button>
        {/* The button before it is what is pressed; this only opens the file dialog. */}
        <input
          ref={input}
          type="file"
          accept={accept}
          onChange={(event) => {
            take(event.target.files);
            // The same file may be picked again, after it was mended.
            event.target.value = '';
          }}
          hidden
          aria-label={label}
          tabIndex={-1}
        />
      </Flex>
    </Zone>
  );
}

const Zone = styled.div<{ $over: boolean; $wrong: boolean }>`
  border-radius: ${({ theme }) => theme.borderRadius};
  border: 1px dashed
    ${({ theme, $over, $wrong }) => {
      if ($wrong) return theme.colors.danger600;
      return $over ? theme.colors.primary600 : theme.colors.neutral300;
    }};
  background: ${({ theme, $over }) => ($over ? theme.colors.primary100 : theme.colors.neutral100)};
`;
