import { Button } from '@strapi/design-system';
import { useAct } from '../api/act';
import { useSendAnywayMutation } from '../api/lanes';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** Lets the very push go on that the guard stopped. */
export function SendAnyway({ laneId, laneName }: { laneId: number; laneName: string }) {
  const text = useText();
  const act = useAct();
  const may = useMay('lanes.send-anyway');
  const [sendAnyway] = useSendAnywayMutation();
  if (!may) return null;
  return (
    <Confirm
      trigger={
        <Button size="S" variant="danger-light" aria-label={text('anyway.button-label', { lane: laneName })}>
          {text('anyway.button')}
        </Button>
      }
      title={text('anyway.button-label', { lane: laneName })}
      confirmLabel={text('anyway.button')}
      dangerous
      onConfirm={() => act(() => sendAnyway(laneId).unwrap(), { done: text('anyway.done', { lane: laneName }) })}
    >
      {text('anyway.body')}
    </Confirm>
  );
}
