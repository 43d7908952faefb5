import { Checkbox, Field, Flex, Typography } from '@strapi/design-system';
import { WAKING_ACTIONS, type WakingAction } from '../api/types';
import { useText } from '../text';

interface WakeOnFieldProps {
  value: readonly WakingAction[];
  error?: string;
  onChange: (value: WakingAction[]) => void;
}

/** Which actions wake devices. What does not wake still reaches the apps, with the next push or when they next ask. */
export function WakeOnField({ value, error, onChange }: WakeOnFieldProps) {
  const text = useText();

  function set(action: WakingAction, checked: boolean) {
    onChange(WAKING_ACTIONS.filter((each) => (each === action ? checked : value.includes(each))));
  }

  return (
    <Field.Root name="wakeOn" error={error} hint={text('trigger.wake-on-hint')} role="group" aria-labelledby="wake-on">
      <Typography id="wake-on" variant="pi" fontWeight="bold" textColor="neutral800">
        {text('column.wakes-on')}
      </Typography>
      <Flex gap={5} wrap="wrap">
        {WAKING_ACTIONS.map((action) => (
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
