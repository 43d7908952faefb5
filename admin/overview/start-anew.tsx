import type { OverviewApp } from '../../server/admin-api/contract';
import { Button } from '@strapi/design-system';
import { useAct } from '../api/act';
import { useStartAnewMutation } from '../api/overview';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** A new epoch for an app: after a restored backup its devices may know revisions that the log never had. */
export function StartAnew({ app }: { app: OverviewApp }) {
  const text = useText();
  const act = useAct();
  const may = useMay('logs.start-anew');
  const [startAnew] = useStartAnewMutation();
  if (!may) return null;
  return (
    <Confirm
      trigger={
        <Button variant="tertiary" size="S">
          {text('start-anew.button')}
        </Button>
      }
      title={text('start-anew.title', { app: app.name })}
      confirmLabel={text('start-anew.button')}
      dangerous
      onConfirm={() => act(() => startAnew(app).unwrap(), { done: text('start-anew.done', { app: app.name }) })}
    >
      {text('start-anew.body')}
    </Confirm>
  );
}
