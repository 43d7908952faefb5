import { Button } from '@strapi/design-system';
import { useAct } from '../api/act';
import { useDecideDeletionsMutation } from '../api/lanes';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** Lets somebody decide about the devices that APNs calls gone, and that are too many to be believed. */
export function HeldDeletions({ laneId }: { laneId: number }) {
  const text = useText();
  const act = useAct();
  const may = useMay('devices.retire');
  const [decide, { isLoading }] = useDecideDeletionsMutation();
  if (!may) return null;
  return (
    <>
      <Button
        size="S"
        loading={isLoading}
        onClick={() =>
          void act(() => decide({ laneId, decision: 'drop' }).unwrap(), {
            done: ({ devices }) => text('deletions.dropped', { devices }),
          })
        }
      >
        {text('deletions.drop')}
      </Button>
      <Confirm
        trigger={
          <Button size="S" variant="danger-light">
            {text('deletions.confirm')}
          </Button>
        }
        title={text('deletions.confirm-title')}
        confirmLabel={text('deletions.confirm')}
        dangerous
        onConfirm={() =>
          act(() => decide({ laneId, decision: 'confirm' }).unwrap(), {
            done: ({ devices }) => text('deletions.confirmed', { devices }),
          })
        }
      >
        {text('deletions.confirm-body')}
      </Confirm>
    </>
  );
}
