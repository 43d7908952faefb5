import type { DeviceDetail, DevicePush } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useMay } from '../permissions';
import { useIntl } from 'react-intl';
import { PATHS } from '../plugin-id';
import { useText } from '../text';
import { Section } from '../ui/card';
import { Code } from '../ui/code';
import { InnerLink } from '../ui/links';
import { Cell, DataTable } from '../ui/table';
import { Moment } from '../ui/time';

/** The latest pushes of a device's lane, with its part in each. */
export function DevicePushes({ pushes }: Pick<DeviceDetail, 'pushes'>) {
  const text = useText();
  const intl = useIntl();
  const mayPushes = useMay('pushes.read');
  return (
    <Section title={text('device.pushes')} subtitle={text('device.pushes-hint')}>
      {pushes.length === 0 ? (
        <Typography>{text('device.no-pushes')}</Typography>
      ) : (
        <DataTable label={text('device.pushes')} columns={['column.push', 'column.part']}>
          {pushes.map((push) => (
            <tr key={push.id}>
              <Cell $nowrap>
                {mayPushes ? (
                  <InnerLink to={`${PATHS.pushes}/${push.id}`}>
                    {intl.formatDate(push.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}
                  </InnerLink>
                ) : (
                  <Moment at={push.createdAt} />
                )}
              </Cell>
              <Cell $minWidth="16rem">
                <Part push={push} />
              </Cell>
            </tr>
          ))}
        </DataTable>
      )}
    </Section>
  );
}

function Part({ push }: { push: DevicePush }) {
  const text = useText();
  const { part, meant, status, reason, at } = push;
  const derived = part === 'answered' || part === 'not-known';
  return (
    <Flex direction="column" alignItems="flex-start">
      <Typography>
        {text(part === 'not-met' && !meant ? 'part.not-meant' : `part.${part}`)}{' '}
        {reason !== null && <Code>{reason}</Code>} {status !== null && `(${status})`}
      </Typography>
      {(derived || at !== null) && (
        <Typography variant="pi" textColor="neutral600">
          {derived ? text(`part.${part}-hint`) : at !== null && <Moment at={at} seconds />}
        </Typography>
      )}
    </Flex>
  );
}
