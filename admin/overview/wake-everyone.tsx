import type { OverviewApp } from '../../server/admin-api/contract';
import { Button } from '@strapi/design-system';
import { Bell } from '@strapi/icons';
import { useAct } from '../api/act';
import { useWakeEveryoneMutation } from '../api/overview';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Confirm } from '../ui/confirm';

/** Tells every device of an app to fetch everything again: for writes that the plugin could not see. */
export function WakeEveryone({ app }: { app: OverviewApp }) {
  const text = useText();
  const act = useAct();
  const may = useMay('wake.send');
  const [wake] = useWakeEveryoneMutation();
  if (!may) return null;

  const ready = app.lanes.filter(({ credential }) => credential !== null);
  const devices = ready.reduce((sum, lane) => sum + lane.devices, 0);
  const perHour = ready.find(({ environment }) => environment === 'production')?.budget.perHour ?? 0;
  return (
    <Confirm
      trigger={
        <Button
          variant="secondary"
          size="S"
          startIcon={<Bell aria-hidden />}
          disabled={!app.enabled || ready.length === 0}
        >
          {text('wake.button')}
        </Button>
      }
      title={text('wake.title', { app: app.name })}
      confirmLabel={text('wake.confirm', { devices })}
      onConfirm={() => act(() => wake(app.id).unwrap(), { done: text('wake.done', { app: app.name }) })}
    >
      {text(perHour > 0 ? 'wake.body' : 'wake.body-unlimited', { devices, perHour })}
    </Confirm>
  );
}
