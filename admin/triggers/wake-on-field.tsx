import { WAKE_ACTIONS, type WakeAction } from '../../server/admin-api/contract';
import { Checkbox, Field, Flex, Typography } from '@strapi/design-system';
import { useText } from '../text';

interface WakeOnFieldProps {
  value: readonly WakeAction[];
  error?: string;
  onChange: (value: WakeAction[]) => void;
}

/** Which actions wake devices. What does not wake still reaches the apps, with the next push or when they next ask. */
export function WakeOnField({ value, error, onChange }: WakeOnFieldProps) {
  const text = useText();

  function set(action: WakeAction, checked: boolean) {
    onChange(WAKE_ACTIONS.filter((each) => (each === action ? checked : value.includes(each))));
  }

  return (
    <Field.Root name="wakeOn" error={error} hint={text('trigger.wake-on-hint')} role="group" aria-labelledby="wake-on">
      <Typography id="wake-on" variant="pi" fontWeight="bold" textColor="neutral800">
        {text('column.wakes-on')}
      </Typography>
      <Flex gap={5} wrap="wrap">
        {WAKE_ACTIONS.map((action) => (
          <Checkbox
            key={action}
            checked={value.includes(action)}
            onCheckedChange={(checked) => set(action, checked === true)}
          >
            {text(`wake-on.${action}`)}
          </Checkbox>
        ))}
      </Flex>
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
}
