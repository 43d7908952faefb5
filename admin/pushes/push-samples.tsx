import { Table, Tbody, Td, Th, Thead, Tr, Typography } from '@strapi/design-system';
import type { PushDetail } from '../api/types';
import { useText } from '../text';
import { Section } from '../ui/card';
import { Code, TokenTail } from '../ui/code';
import { Moment } from '../ui/time';

/** A few of the devices that failed, to look at them one by one. */
export function PushSamples({ samples }: { samples: PushDetail['samples'] }) {
  const text = useText();
  if (samples.length === 0) return null;
  return (
    <Section title={text('push.samples')} subtitle={text('push.samples-hint')}>
      <Table colCount={3} rowCount={samples.length + 1} aria-label={text('push.samples')}>
        <Thead>
          <Tr>
            <Th>
              <Typography variant="sigma">{text('column.token')}</Typography>
            </Th>
            <Th>
              <Typography variant="sigma">{text('column.reason')}</Typography>
            </Th>
            <Th>
              <Typography variant="sigma">{text('column.time')}</Typography>
            </Th>
          </Tr>
        </Thead>
        <Tbody>
          {samples.map((sample) => (
            <Tr key={`${sample.deviceId} ${sample.at} ${sample.reason}`}>
              <Td>
                <TokenTail tail={sample.tokenTail} />
              </Td>
              <Td>
                <Typography>
                  <Code>{sample.reason || text('reason.none')}</Code> ({sample.status})
                </Typography>
              </Td>
              <Td>
                <Typography>
                  <Moment at={sample.at} />
                </Typography>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Section>
  );
}
