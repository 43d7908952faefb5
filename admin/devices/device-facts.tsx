import type { DeviceDetail } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { Card, Figure, Figures } from '../ui/card';
import { Code } from '../ui/code';
import { MaybeMoment, Moment } from '../ui/time';
import { DeviceAnswer } from './device-table';

/** What a device said of itself, and APNs of its token. */
export function DeviceFacts({ device }: { device: DeviceDetail }) {
  const text = useText();
  const { appliedRev: rev, head } = device;
  return (
    <Card label={text('device.facts')}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <DeviceAnswer device={device} />
        <Figures $column="17rem">
          {device.testName !== null && <Figure label={text('column.test-device')}>{device.testName}</Figure>}
          <Figure label={text('column.app')}>{device.bundleId}</Figure>
          <Figure label={text('device.environment')}>{text(`environment.${device.environment}`)}</Figure>
          <Figure label={text('column.locale')}>{device.locale ?? '–'}</Figure>
          <Figure label={text('column.tags')}>{device.tags.length > 0 ? device.tags.join(', ') : '–'}</Figure>
          <Figure label={text('column.registered')}>
            <Moment at={device.registeredAt} />
          </Figure>
          <Figure label={text('column.seen')}>
            <Moment at={device.seenAt} />
          </Figure>
          <Figure label={text('device.applied')}>
            {rev === null ? text('device.applied-unknown') : text('device.applied-of', { rev, head })}
          </Figure>
          <Figure label={text('device.reported')}>
            <MaybeMoment at={device.reportedAt} />
          </Figure>
          <Figure label={text('device.refresh')}>
            {text(`device.refresh-${device.backgroundRefresh ?? 'unknown'}`)}
          </Figure>
          {device.refusedAt !== null && (
            <Figure label={text('device.refused-at')}>
              <Moment at={device.refusedAt} />
            </Figure>
          )}
          {device.goneAt !== null && (
            <Figure label={text('device.gone-at')}>
              <Moment at={device.goneAt} />
            </Figure>
          )}
        </Figures>
        <Typography variant="pi" textColor="neutral600">
          {text('device.id')} <Code>{device.id}</Code>
        </Typography>
      </Flex>
    </Card>
  );
}
