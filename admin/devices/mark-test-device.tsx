import { MAX_TEST_NAME_LENGTH, type Device } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Button, Field, TextInput } from '@strapi/design-system';
import { useAct } from '../api/act';
import type { FieldErrors } from '../api/field-errors';
import { useMarkDeviceMutation } from '../api/devices';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';
import { FormModal } from '../ui/form-modal';

/** Makes a device a test device with a name, names it anew, or takes the mark away. */
export function MarkTestDevice({ device }: { device: Device }) {
  const text = useText();
  const may = useMay('devices.mark');
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button size="S" variant="tertiary" onClick={() => setOpen(true)}>
        {text(device.testName === null ? 'test-device.mark' : 'test-device.rename')}
      </Button>
      {device.testName !== null && <Unmark device={device} name={device.testName} />}
      {open && <NameForm device={device} onClose={() => setOpen(false)} />}
    </>
  );
}

function NameForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const text = useText();
  const act = useAct();
  const [mark, { isLoading }] = useMarkDeviceMutation();
  const [name, setName] = useState(device.testName ?? '');
  const [errors, setErrors] = useState<FieldErrors>({});

  async function save() {
    const typed = name.trim();
    if (typed === '') return setErrors({ name: text('error.required') });
    const marked = await act(() => mark({ id: device.id, name: typed }).unwrap(), {
      done: text('test-device.marked', { name: typed }),
      fields: ['name'],
      onFieldErrors: setErrors,
    });
    if (marked) onClose();
  }

  return (
    <FormModal
      title={text('test-device.title', { tail: device.tokenTail })}
      submitLabel={text('action.save')}
      busy={isLoading}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <Field.Root name="name" required error={errors.name} hint={text('test-device.name-hint')}>
        <Field.Label>{text('app.name')}</Field.Label>
        <TextInput
          value={name}
          maxLength={MAX_TEST_NAME_LENGTH}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <Field.Hint />
        <Field.Error />
      </Field.Root>
    </FormModal>
  );
}

function Unmark({ device, name }: { device: Device; name: string }) {
  const text = useText();
  const act = useAct();
  const [mark] = useMarkDeviceMutation();
  return (
    <Confirm
      trigger={
        <Button size="S" variant="tertiary">
          {text('test-device.unmark')}
        </Button>
      }
      title={text('test-device.unmark-title', { name })}
      confirmLabel={text('test-device.unmark')}
      onConfirm={() =>
        act(() => mark({ id: device.id, name: null }).unwrap(), { done: text('test-device.unmarked', { name }) })
      }
    >
      {text('test-device.unmark-body')}
    </Confirm>
  );
}
