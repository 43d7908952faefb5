import type { Device } from '../../server/admin-api/contract';
import { IconButton } from '@strapi/design-system';
import { Trash } from '@strapi/icons';
import { useAct } from '../api/act';
import { useDeleteDeviceMutation } from '../api/devices';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** Takes a device off the list. */
export function DeleteDevice({ device, onDeleted }: { device: Device; onDeleted?: () => void }) {
  const text = useText();
  const act = useAct();
  const may = useMay('devices.delete');
  const [remove] = useDeleteDeviceMutation();
  if (!may) return null;
  return (
    <Confirm
      trigger={
        <IconButton label={text('device.delete', { tail: device.tokenTail })} variant="tertiary">
          <Trash />
        </IconButton>
      }
      title={text('device.delete', { tail: device.tokenTail })}
      confirmLabel={text('action.delete')}
      dangerous
      onConfirm={async () => {
        const deleted = await act(() => remove(device.id).unwrap(), { done: text('device.deleted') });
        if (deleted) onDeleted?.();
        return deleted;
      }}
    >
      {text('device.delete-body')}
    </Confirm>
  );
}
