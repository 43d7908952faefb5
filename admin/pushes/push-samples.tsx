import type { PushDetail } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { useText } from '../text';
import { Section } from '../ui/card';
import { Code, TokenTail } from '../ui/code';
import { Cell, DataTable } from '../ui/table';
import { Moment } from '../ui/time';

/** A few of the devices that failed, to look at them one by one. */
export function PushSamples({ samples }: { samples: PushDetail['samples'] }) {
  const text = useText();
  if (samples.length === 0) return null;
  return (
    <Section title={text('push.samples')} subtitle={text('push.samples-hint')}>
      <DataTable label={text('push.samples')} columns={['column.token', 'column.reason', 'column.time']}>
        {samples.map((sample) => (
          <tr key={`${sample.deviceId ?? sample.tokenTail} ${sample.at} ${sample.reason}`}>
            <Cell $nowrap>
              <TokenTail tail={sample.tokenTail} />
            </Cell>
            <Cell $nowrap>
              <Typography>
                <Code>{sample.reason || text('reason.none')}</Code> ({sample.status})
              </Typography>
            </Cell>
            <Cell $nowrap>
              <Typography>
                <Moment at={sample.at} />
              </Typography>
            </Cell>
          </tr>
        ))}
      </DataTable>
    </Section>
  );
}
