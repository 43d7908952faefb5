import type { Departure, OverviewLane } from '../../server/admin-api/contract';
import { Button } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useAct } from '../api/act';
import { useHurryLaneMutation } from '../api/lanes';
import { useMay } from '../permissions';
import { useText, type Text } from '../text';
import { Confirm } from '../ui/confirm';
import { untoldChanges } from './untold';

interface HurryProps {
  lane: OverviewLane;
  laneName: string;
}

/** Lets what waits leave without waiting for quiet. */
export function SendNow({ lane, laneName }: HurryProps) {
  const text = useText();
  const may = useMay('lanes.send-now');
  const hurry = useHurry(lane, false);
  const changes = untoldChanges(lane);
  // What waits for the budget alone would not leave any sooner.
  if (!may || lane.departure.kind === 'budget') return null;
  return (
    <Confirm
      trigger={
        <Button
          size="S"
          variant="secondary"
          // Said in the sentence above the buttons: nothing waits, or it was asked for already.
          disabled={changes === 0 || lane.hurry !== null}
          aria-label={text('send-now.button-label', { lane: laneName })}
        >
          {text('send-now.button')}
        </Button>
      }
      title={text('send-now.button-label', { lane: laneName })}
      confirmLabel={text('send-now.button')}
      onConfirm={hurry}
    >
      {text(lane.budget.perHour === 0 ? 'send-now.body-unlimited' : 'send-now.body', { changes, ...lane.budget })}
    </Confirm>
  );
}

/** Lets what waits leave although the budget of the hour is used up; only there where it is. */
export function ForcePush({ lane, laneName }: HurryProps) {
  const text = useText();
  const may = useMay('lanes.force');
  const hurry = useHurry(lane, true);
  const { perHour, used } = lane.budget;
  const changes = untoldChanges(lane);
  if (!may || perHour === 0 || used < perHour || changes === 0) return null;
  return (
    <Confirm
      trigger={
        <Button size="S" variant="danger-light" aria-label={text('force.button-label', { lane: laneName })}>
          {text('force.button')}
        </Button>
      }
      title={text('force.button-label', { lane: laneName })}
      confirmLabel={text('force.confirm')}
      dangerous
      onConfirm={hurry}
    >
      {text('force.body', { changes, perHour, used })}
    </Confirm>
  );
}

function useHurry(lane: OverviewLane, force: boolean): () => Promise<unknown> {
  const text = useText();
  const intl = useIntl();
  const act = useAct();
  const [hurry] = useHurryLaneMutation();
  const clock = (at: number) => intl.formatTime(at, { timeStyle: 'short' });
  return () =>
    act(() => hurry({ laneId: lane.id, force }).unwrap(), {
      done: ({ departure }) => leavingSentence(text, departure, clock),
    });
}

/** When it leaves after all: the budget, or the push before it, may be in the way. */
function leavingSentence(text: Text, { kind, at }: Departure, clock: (at: number) => string): string {
  if (kind === 'budget' && at !== null) return text('send-now.done-budget', { at: clock(at) });
  return text(kind === 'running' ? 'send-now.done-running' : 'send-now.done');
}
