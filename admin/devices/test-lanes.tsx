import type { Device, Environment, OverviewApp } from '../../server/admin-api/contract';
import { Button, EmptyStateLayout } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { useAct } from '../api/act';
import { useTestAnswersQuery, useTestLaneMutation } from '../api/devices';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Section } from '../ui/card';
import { usePolling, useTabVisible } from '../ui/polling';
import { TestAnswers } from './test-answers';

/** How often the log is asked for while APNs has not answered all. */
const LIVE_MS = 1_000;

interface Lane {
  id: number;
  environment: Environment;
  name: string;
}

/** The lanes of some test devices: a test push to all of them, and what APNs answered. */
export function TestLanes({ devices, apps }: { devices: readonly Device[]; apps: readonly OverviewApp[] }) {
  const text = useText();
  const lanes = apps.flatMap((app) =>
    app.lanes
      .filter(({ id }) => devices.some(({ laneId }) => laneId === id))
      .map(({ id, environment }): Lane => {
        return {
          id,
          environment,
          name: text('lane.name', { app: app.name, environment: text(`environment.${environment}`) }),
        };
      }),
  );
  return lanes.map((lane) => <TestLane key={lane.id} lane={lane} />);
}

function TestLane({ lane }: { lane: Lane }) {
  const text = useText();
  const act = useAct();
  const may = useMay('test.send');
  const visible = useTabVisible();
  const [send, { isLoading }] = useTestLaneMutation();
  const { data, isError, refetch } = useTestAnswersQuery(lane.id, { refetchOnMountOrArgChange: true });
  const live = isLoading || (data ?? []).some(({ outcome }) => outcome === null);
  usePolling(refetch, live && visible ? LIVE_MS : 0);
  return (
    <Section
      title={text('test-lane.title', { lane: lane.name })}
      subtitle={text(lane.environment === 'sandbox' ? 'test-lane.sandbox' : 'test-lane.production')}
      actions={
        may && (
          <Button
            startIcon={<PaperPlane aria-hidden />}
            loading={isLoading}
            onClick={() =>
              void act(() => send(lane.id).unwrap(), {
                done: (answers) => text('test-lane.sent', { count: answers.length }),
              })
            }
          >
            {text('test-lane.send')}
          </Button>
        )
      }
    >
      {data && data.length > 0 ? (
        <TestAnswers label={text('test-lane.title', { lane: lane.name })} answers={data} />
      ) : (
        (data ?? isError) && <EmptyStateLayout content={text(data ? 'test-lane.none' : 'test-lane.failed')} />
      )}
    </Section>
  );
}
