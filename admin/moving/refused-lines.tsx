import { useEffect, useState } from 'react';
import { Button, Flex, Typography } from '@strapi/design-system';
import { MAX_KEPT_REFUSALS, type DeviceImport, type RefusedLine } from '../../server/admin-api/contract';
import { useAct } from '../api/act';
import { useLazyRefusedLinesQuery } from '../api/moving';
import { useText } from '../text';
import { saveFile } from '../ui/save-file';
import { Cell, DataTable } from '../ui/table';

const SHOWN = 20;
const PAGE_SIZE = 100;

/** The lines that were not taken in: the first of them, and all that are kept as a file. */
export function RefusedLines({ of }: { of: DeviceImport }) {
  const text = useText();
  const act = useAct();
  const [fetch] = useLazyRefusedLinesQuery();
  const [lines, setLines] = useState<RefusedLine[]>([]);
  const [busy, setBusy] = useState(false);
  const kept = Math.min(of.refused, MAX_KEPT_REFUSALS);

  useEffect(() => {
    void act(() => fetch({ id: of.id, page: 1, pageSize: SHOWN }).unwrap()).then((page) => setLines(page ?? []));
  }, [act, fetch, of.id]);

  async function download() {
    setBusy(true);
    const all: string[] = [];
    for (let page = 1; page <= Math.ceil(kept / PAGE_SIZE); page++) {
      const found = await act(() => fetch({ id: of.id, page, pageSize: PAGE_SIZE }).unwrap());
      if (!found) break;
      all.push(...found.map((line) => `${JSON.stringify(line)}\n`));
    }
    setBusy(false);
    saveFile(`refused-lines-${of.id}.ndjson`, all.join(''));
  }

  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      <DataTable label={text('move.refused')} columns={['column.line', 'column.field', 'column.why']}>
        {lines.map(({ line, field, message }) => (
          <tr key={line}>
            <Cell $nowrap>
              <Typography>{text('move.count', { count: line })}</Typography>
            </Cell>
            <Cell $nowrap>
              <Typography>{field}</Typography>
            </Cell>
            <Cell $minWidth="24rem">
              <Typography style={{ overflowWrap: 'anywhere' }}>{message}</Typography>
            </Cell>
          </tr>
        ))}
      </DataTable>
      <Typography variant="pi" textColor="neutral600">
        {text('move.refused-kept', { kept })}
      </Typography>
      <Flex>
        <Button variant="tertiary" loading={busy} onClick={() => void download()}>
          {text('move.download-refused')}
        </Button>
      </Flex>
    </Flex>
  );
}
