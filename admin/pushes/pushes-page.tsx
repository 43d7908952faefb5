import { EmptyStateLayout } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { usePushesQuery } from '../api/pushes';
import { useLiveOverview, usePolling } from '../overview/polling';
import { useText } from '../text';
import { LaneSelect, useListUrl } from '../ui/list-filter';
import { ListPages } from '../ui/list-pages';
import { Room } from '../ui/page';
import { PushTable } from './push-table';

/** Every push that is kept, newest first. */
export function PushesPage() {
  const text = useText();
  const { page, pageSize, lane } = useListUrl();
  const { data: overview, interval } = useLiveOverview();
  const { data, isError, refetch } = usePushesQuery({ page, pageSize, lane });
  usePolling(refetch, interval);
  if (!data) return isError ? <Page.Error /> : <Page.Loading />;
  return (
    <Room title={text('nav.pushes')} subtitle={text('pushes.subtitle')} nav>
      {overview && <LaneSelect apps={overview.apps} />}
      {data.items.length === 0 ? (
        <EmptyStateLayout content={text('pushes.none')} />
      ) : (
        <div>
          <PushTable pushes={data.items} apps={overview?.apps ?? []} now={overview?.now ?? null} />
          <ListPages pagination={data.pagination} />
        </div>
      )}
    </Room>
  );
}
