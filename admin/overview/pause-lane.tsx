import type { OverviewLane } from '../../server/admin-api/contract';
import { Button } from '@strapi/design-system';
import { useAct } from '../api/act';
import { usePauseLaneMutation } from '../api/lanes';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** Stops a lane until somebody resumes it. */
export function PauseLane({ lane, laneName }: { lane: OverviewLane; laneName: string }) {
  const text = useText();
  const act = useAct();
  const may = useMay('lanes.pause');
  const [pause] = usePauseLaneMutation();
  if (!may) return null;
  return (
    <Confirm
      trigger={
        <Button size="S" variant="tertiary" aria-label={text('pause.button-label', { lane: laneName })}>
          {text('pause.button')}
        </Button>
      }
      title={text('pause.button-label', { lane: laneName })}
      confirmLabel={text('pause.button')}
      onConfirm={() => act(() => pause(lane.id).unwrap(), { done: text('pause.done', { lane: laneName }) })}
    >
      {text('pause.body')}
    </Confirm>
  );
}
