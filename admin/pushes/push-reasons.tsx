import type { PushDetail } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { reasonSentence } from '../sentences';
import { useText } from '../text';
import { Section } from '../ui/card';
import { Code } from '../ui/code';
import { Cell, DataTable } from '../ui/table';

/** What APNs answered other than acceptance, with what it means and what to do. */
export function PushReasons({ reasons }: { reasons: PushDetail['reasons'] }) {
  const text = useText();
  if (reasons.length === 0) return null;
  return (
    <Section title={text('push.reasons')}>
      <DataTable
        label={text('push.reasons')}
        columns={['column.reason', 'column.devices', 'column.meaning', 'column.remedy']}
      >
        {reasons.map(({ status, reason, count, ...said }) => {
          const { meaning, remedy } = reasonSentence(text, reason, said);
          return (
            <tr key={`${status} ${reason}`}>
              <Cell $nowrap>
                <Typography>
                  <Code>{reason || text('reason.none')}</Code> ({status})
                </Typography>
              </Cell>
              <Cell>
                <Typography>{text('figure.count', { count })}</Typography>
              </Cell>
              <Cell $minWidth="22rem">
                <Typography>{meaning}</Typography>
              </Cell>
              <Cell $minWidth="22rem">
                <Typography>{remedy}</Typography>
              </Cell>
            </tr>
          );
        })}
      </DataTable>
    </Section>
  );
}
