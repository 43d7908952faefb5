import { Table, Tbody, Td, Th, Thead, Tr, Typography } from '@strapi/design-system';
import type { PushDetail } from '../api/types';
import { useText } from '../text';
import { Section } from '../ui/card';
import { Code } from '../ui/code';

/** What APNs answered other than acceptance, with what it means and what to do. */
export function PushReasons({ reasons }: { reasons: PushDetail['reasons'] }) {
  const text = useText();
  if (reasons.length === 0) return null;
  return (
    <Section title={text('push.reasons')}>
      <Table colCount={4} rowCount={reasons.length + 1} aria-label={text('push.reasons')}>
        <Thead>
          <Tr>
            <Th>
              <Typography variant="sigma">{text('column.reason')}</Typography>
            </Th>
            <Th>
              <Typography variant="sigma">{text('column.devices')}</Typography>
            </Th>
            <Th>
              <Typography variant="sigma">{text('column.meaning')}</Typography>
            </Th>
            <Th>
              <Typography variant="sigma">{text('column.remedy')}</Typography>
            </Th>
          </Tr>
        </Thead>
        <Tbody>
          {reasons.map(({ status, reason, count, meaning, remedy }) => (
            <Tr key={`${status} ${reason}`}>
              <Td>
                <Typography>
                  <Code>{reason || text('reason.none')}</Code> ({status})
                </Typography>
              </Td>
              <Td>
                <Typography>{text('figure.count', { count })}</Typography>
              </Td>
              <Td minWidth="22rem">
                <Typography>{meaning}</Typography>
              </Td>
              <Td minWidth="22rem">
                <Typography>{remedy}</Typography>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Section>
  );
}
