import { Flex, Table, Tbody, Td, Th, Thead, Tr, Typography, VisuallyHidden } from '@strapi/design-system';
import type { Device } from '../api/types';
import { useText, type TextKey } from '../text';
import { TokenTail } from '../ui/code';
import { State } from '../ui/state';
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
];

interface DeviceTableProps {
  devices: readonly Device[];
  apps: readonly { bundleId: string; name: string }[];
}

/** Devices with what may be done to one of them. */
export function DeviceTable({ devices, apps }: DeviceTableProps) {
  const text = useText();
  return (
    <Table colCount={COLUMNS.length + 1} rowCount={devices.length + 1} aria-label={text('nav.devices')}>
      <Thead>
        <Tr>
          {COLUMNS.map((key) => (
            <Th key={key}>
              <Typography variant="sigma">{text(key)}</Typography>
            </Th>
          ))}
          <Th>
            <VisuallyHidden>{text('column.actions')}</VisuallyHidden>
          </Th>
        </Tr>
      </Thead>
      <Tbody>
        {devices.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            name={apps.find(({ bundleId }) => bundleId === device.bundleId)?.name ?? device.bundleId}
          />
        ))}
      </Tbody>
    </Table>
  );
}

function DeviceRow({ device, name }: { device: Device; name: string }) {
  const text = useText();
  return (
    <Tr>
      <Td>
        <TokenTail tail={device.tokenTail} />
      </Td>
      <Td>
        <Flex direction="column" alignItems="flex-start">
          <Typography fontWeight="semiBold">{name}</Typography>
          <Typography variant="pi" textColor="neutral600">
            {text(`environment.${device.environment}`)}
          </Typography>
        </Flex>
      </Td>
      <Td>
        <Typography>{device.locale ?? '–'}</Typography>
      </Td>
      <Td>
        <Typography>{device.tags.length > 0 ? device.tags.join(', ') : '–'}</Typography>
      </Td>
      <Td>
        <Typography>
          <Moment at={device.registeredAt} />
        </Typography>
      </Td>
      <Td>
        <Typography>
          <Moment at={device.seenAt} />
        </Typography>
      </Td>
      <Td>
        <DeviceAnswer device={device} />
      </Td>
      <Td>
        <Flex gap={2} justifyContent="flex-end">
          <TestPush device={device} />
          <DeleteDevice device={device} />
        </Flex>
      </Td>
    </Tr>
  );
}

/** What APNs last said of the device's token. */
function DeviceAnswer({ device }: { device: Device }) {
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
