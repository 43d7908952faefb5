import { useState } from 'react';
import { Button, Flex } from '@strapi/design-system';
import { useFetchClient, useNotification } from '@strapi/strapi/admin';
import { DEVICES_FILE_END } from '../../server/admin-api/contract';
import { route } from '../api/base';
import { useOverviewQuery } from '../api/overview';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Section } from '../ui/card';
import { LaneSelect, useListUrl } from '../ui/list-filter';
import { Notice } from '../ui/notice';
import { saveFile } from '../ui/save-file';

/** Longer than the last line can be. */
const TAIL_BYTES = 100;

/** Saves every device as a file, when all of it has come. */
export function ExportDevices() {
  const text = useText();
  const { get } = useFetchClient();
  const { toggleNotification } = useNotification();
  const { lane } = useListUrl();
  const { data: overview } = useOverviewQuery(undefined, { skip: !useMay('overview.read') });
  const [busy, setBusy] = useState(false);

  async function save() {
    setBusy(true);
    try {
      const query = lane === undefined ? '' : `?lane=${lane}`;
      const { data } = await get(route(`/devices/export${query}`), { responseType: 'blob' });
      const devices = await devicesOf(data);
      if (devices === null) throw new Error('The file broke off.');
      saveFile('devices.ndjson', data);
      toggleNotification({ type: 'success', message: text('move.exported', { devices }) });
    } catch {
      toggleNotification({ type: 'danger', message: text('move.export-failed') });
    }
    setBusy(false);
  }

  return (
    <Section title={text('move.export')}>
      <Notice
        kind="warning"
        title={text('move.export-warning')}
        actions={
          <Flex gap={3} wrap="wrap">
            {overview && <LaneSelect apps={overview.apps} />}
            <Button variant="secondary" loading={busy} onClick={() => void save()}>
              {text('move.export-start')}
            </Button>
          </Flex>
        }
      >
        {text('move.export-body')}
      </Notice>
    </Section>
  );
}

/** How many devices a file holds by its last line; null: it has none, so it is not whole. */
async function devicesOf(file: Blob): Promise<number | null> {
  const tail = await file.slice(Math.max(0, file.size - TAIL_BYTES)).text();
  const last = tail.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith(`{"${DEVICES_FILE_END}":true,`)) return null;
  return (JSON.parse(last) as { devices: number }).devices;
}
