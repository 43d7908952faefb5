import type { Push } from '../../server/admin-api/contract';
import { Button } from '@strapi/design-system';
import { useAct } from '../api/act';
import { useCancelPushMutation } from '../api/pushes';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** Ends a push that is under way; not there when it is over or ending already. */
export function CancelPush({ push }: { push: Push }) {
  const text = useText();
  const act = useAct();
  const may = useMay('pushes.cancel');
  const [cancel] = useCancelPushMutation();
  if (!may || push.state !== 'running' || push.closing !== null) return null;
  return (
    <Confirm
      trigger={
        <Button size="S" variant="danger-light">
          {text('cancel.button')}
        </Button>
      }
      title={text('cancel.title', { since: push.since, rev: push.rev })}
      confirmLabel={text('cancel.button')}
      dangerous
      onConfirm={() => act(() => cancel(push.id).unwrap(), { done: text('cancel.done') })}
    >
      {text(push.announcedAt === null ? 'cancel.body' : 'cancel.body-announced')}
    </Confirm>
  );
}
