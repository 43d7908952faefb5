import { Upload } from '@strapi/icons';
import { useText } from '../text';
import { DropZone } from '../ui/drop-zone';

/** Takes a file of devices. It is not read here, however large it is. */
export function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const text = useText();
  return (
    <DropZone
      icon={<Upload aria-hidden width="2.4rem" height="2.4rem" fill="neutral500" />}
      pick={text('move.pick')}
      label={text('move.pick')}
      accept=".ndjson,.jsonl,.json,.txt"
      onFile={onFile}
    >
      {text('move.drop')}
    </DropZone>
  );
}
