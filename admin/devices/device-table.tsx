import type { Device } from '../../server/admin-api/contract';
import { Badge, Flex, Typography } from '@strapi/design-system';
import { useText, type TextKey } from '../text';
import { PATHS } from '../plugin-id';
import { InnerLink } from '../ui/links';
import { State } from '../ui/state';
import { Cell, DataTable } from '../ui/table';
import { Moment } from '../ui/time';
import { DeleteDevice } from './delete-device';
import { TestPush } from './test-push';

const COLUMNS: readonly TextKey[] = [
  'column.token',
  'column.app',
  'column.locale',
  'column.tags',
  'column.registered',
  'column.seen',
  'column.answer',
  'column.actions',
];

interface DeviceTableProps {
  devices: readonly Device[];
  apps: readonly { bundleId: string; name: string }[];
}

/** Devices with what may be done to one of them. */
export function DeviceTable({ devices, apps }: DeviceTableProps) {
  const text = useText();
  return (
    <DataTable label={text('nav.devices')} columns={COLUMNS}>
      {devices.map((device) => (
        <DeviceRow
          key={device.id}
          device={device}
          name={apps.find(({ bundleId }) => bundleId === device.bundleId)?.name ?? device.bundleId}
        />
      ))}
    </DataTable>
  );
}

function DeviceRow({ device, name }: { device: Device; name: string }) {
  const text = useText();
  return (
    <tr>
      <Cell $nowrap>
        <Flex direction="column" alignItems="flex-start" gap={1}>
          <InnerLink to={`${PATHS.devices}/${device.id}`}>{`…${device.tokenTail}`}</InnerLink>
          {device.testName !== null && <Badge>{device.testName}</Badge>}
        </Flex>
      </Cell>
      <Cell>
        <Flex direction="column" alignItems="flex-start">
          <Typography fontWeight="semiBold">{name}</Typography>
          <Typography variant="pi" textColor="neutral600">
            {text(`environment.${device.environment}`)}
          </Typography>
        </Flex>
      </Cell>
      <Cell>
        <Typography>{device.locale ?? '–'}</Typography>
      </Cell>
      <Cell $maxWidth="20rem">
        <Typography>{device.tags.length > 0 ? device.tags.join(', ') : '–'}</Typography>
      </Cell>
      <Cell $minWidth="11rem">
        <Typography>
          <Moment at={device.registeredAt} />
        </Typography>
      </Cell>
      <Cell $minWidth="11rem">
        <Typography>
          <Moment at={device.seenAt} />
        </Typography>
      </Cell>
      <Cell>
        <DeviceAnswer device={device} />
      </Cell>
      <Cell>
        <Flex gap={2} justifyContent="flex-end">
          <TestPush device={device} />
          <DeleteDevice device={device} />
        </Flex>
      </Cell>
    </tr>
  );
}

/** What APNs last said of the device's token. */
export function DeviceAnswer({ device }: { device: Device }) {
  if (device.refusals > 0) {
    return <State variant="warning" label="device.refused" values={{ refusals: device.refusals }} />;
  }
  return (
    <State
      variant={device.accepted ? 'success' : 'neutral'}
      label={device.accepted ? 'device.accepted' : 'device.untried'}
    />
  );
}
