import type { Overview } from '../../server/admin-api/contract';
import { usePushesQuery } from '../api/pushes';
import { PATHS } from '../plugin-id';
import { PushChart } from '../pushes/push-chart';
import { PushTable } from '../pushes/push-table';
import { useText } from '../text';
import { Section } from '../ui/card';
import { InnerLink } from '../ui/links';
import { usePolling } from './polling';

const ROWS = 8;

/** Enough for the chart; the table shows the first few. */
export const LATEST = { page: 1, pageSize: 30 };

/** The last pushes of all lanes: as a chart, and the newest as a table. */
export function LatestPushes({ overview, interval }: { overview: Overview; interval: number }) {
  const text = useText();
  const { data, refetch } = usePushesQuery(LATEST);
  usePolling(refetch, interval);
  if (!data || data.items.length === 0) return null;
  return (
    <Section
      title={text('pushes.latest')}
      actions={<InnerLink to={PATHS.pushes}>{text('pushes.all', { count: data.pagination.total })}</InnerLink>}
    >
      {data.items.length > 1 && <PushChart pushes={data.items} />}
      <PushTable pushes={data.items.slice(0, ROWS)} apps={overview.apps} now={overview.now} />
    </Section>
  );
}
