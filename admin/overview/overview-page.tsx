import type { Overview } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { usePushesQuery } from '../api/pushes';
import { useMay } from '../permissions';
import { useText } from '../text';
import { Notice } from '../ui/notice';
import { Room } from '../ui/page';
import { Alarms } from './alarms';
import { AppLanes } from './app-lanes';
import { Banners } from './banners';
import { LATEST, LatestPushes } from './latest-pushes';
import { useLiveOverview } from './polling';
import { SetUp } from './set-up';
import { PushDays } from './push-days';
import { setUpSteps } from './set-up-steps';

/** What an administrator wants to know at a glance: is anything wrong, what waits, what was sent. */
export function OverviewPage() {
  const text = useText();
  const { data, isError, interval } = useLiveOverview();
  if (!data) return isError ? <Page.Error /> : <Page.Loading />;
  return (
    <Room title={text('plugin.name')} subtitle={text('overview.subtitle')} nav>
      {isError && (
        <Notice kind="warning" title={text('overview.stale')}>
          {text('overview.stale-body')}
        </Notice>
      )}
      <Banners overview={data} />
      <Alarms overview={data} />
      <OverviewContent overview={data} interval={interval} />
    </Room>
  );
}

function OverviewContent({ overview, interval }: { overview: Overview; interval: number }) {
  const text = useText();
  const mayPushes = useMay('pushes.read');
  const { data: pushes } = usePushesQuery(LATEST, { skip: !mayPushes });
  // Without the permission to see pushes the log's head tells as much: nothing was ever logged, so nothing was sent.
  const pushed = pushes ? pushes.pagination.total > 0 : overview.apps.some(({ head }) => head > 0);
  const steps = setUpSteps(overview, pushed);
  return (
    <>
      {steps.some(({ done }) => !done) && <SetUp steps={steps} />}
      {overview.apps.map((app) => (
        <AppLanes key={app.id} app={app} overview={overview} />
      ))}
      {overview.engine.instances > 1 && (
        <Typography variant="pi" textColor="neutral600">
          {text('overview.instances', { count: overview.engine.instances })}
        </Typography>
      )}
      {mayPushes && <PushDays days={overview.days} />}
      {mayPushes && <LatestPushes overview={overview} interval={interval} />}
    </>
  );
}
