import { Button } from '@strapi/design-system';
import { useAct } from '../api/act';
import { useConfirmInstanceMutation } from '../api/overview';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** The button that says: this database is meant to push from here. */
export function ConfirmInstance() {
  const text = useText();
  const act = useAct();
  const may = useMay('instance.confirm');
  const [confirm] = useConfirmInstanceMutation();
  if (!may) return null;
  return (
    <Confirm
      trigger={
        <Button size="S" variant="danger-light">
          {text('instance.confirm')}
        </Button>
      }
      title={text('instance.confirm')}
      confirmLabel={text('instance.confirm-do')}
      dangerous
      onConfirm={() => act(() => confirm().unwrap(), { done: text('instance.confirmed') })}
    >
      {text('instance.dialog')}
    </Confirm>
  );
}
