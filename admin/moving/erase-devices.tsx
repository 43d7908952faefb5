import { useState } from 'react';
import { Button, Field, Flex, Textarea } from '@strapi/design-system';
import { MAX_ERASED } from '../../server/admin-api/contract';
import { useAct } from '../api/act';
import { useEraseDevicesMutation } from '../api/moving';
import { useText } from '../text';
import { Card, Section } from '../ui/card';
import { Confirm } from '../ui/confirm';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Forgets devices whose people asked for it: by their ids, or by their tokens. */
export function EraseDevices() {
  const text = useText();
  const act = useAct();
  const [erase] = useEraseDevicesMutation();
  const [value, setValue] = useState('');
  const names = [...new Set(value.split(/\s+/).filter(Boolean))];
  const ids = names.filter((name) => ID.test(name));
  const isMixed = ids.length > 0 && ids.length < names.length;
  const error = isMixed
    ? text('move.erase-mixed')
    : names.length > MAX_ERASED
      ? text('move.erase-many', { max: MAX_ERASED })
      : undefined;

  async function confirm() {
    const which = ids.length > 0 ? { ids } : { tokens: names };
    const done = ({ erased }: { erased: number }) => text('move.erased', { devices: erased });
    if (await act(() => erase(which).unwrap(), { done })) setValue('');
  }

  return (
    <Section title={text('move.erase')} subtitle={text('move.erase-hint')}>
      <Card>
        <Flex direction="column" alignItems="stretch" gap={4}>
          <Field.Root name="devices" error={error}>
            <Field.Label>{text('move.erase-which')}</Field.Label>
            <Textarea value={value} onChange={(event) => setValue(event.target.value)} />
            <Field.Error />
          </Field.Root>
          <Flex>
            <Confirm
              trigger={
                <Button variant="danger-light" disabled={names.length === 0 || error !== undefined}>
                  {text('move.erase-start')}
                </Button>
              }
              title={text('move.erase')}
              confirmLabel={text('move.erase-start')}
              dangerous
              onConfirm={confirm}
            >
              {text('move.erase-body', { devices: names.length })}
            </Confirm>
          </Flex>
        </Flex>
      </Card>
    </Section>
  );
}
