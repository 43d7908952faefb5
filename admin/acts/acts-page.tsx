import { EmptyStateLayout } from '@strapi/design-system';
import { Page, Pagination } from '@strapi/strapi/admin';
import { useActsQuery } from '../api/acts';
import { useText } from '../text';
import { useListUrl } from '../ui/list-filter';
import { Room } from '../ui/page';
import { ActTable } from './act-table';

/** Who did what, to whatever it was. */
export function ActsPage() {
  const text = useText();
  const { page, pageSize } = useListUrl();
  const { data, isError } = useActsQuery({ page, pageSize });
  if (!data) return isError ? <Page.Error /> : <Page.Loading />;
  return (
    <Room title={text('nav.acts')} subtitle={text('acts.subtitle')} nav>
      {data.items.length === 0 ? (
        <EmptyStateLayout content={text('acts.none')} />
      ) : (
        <div>
          <ActTable acts={data.items} />
          <Pagination.Root pageCount={data.pagination.pageCount} total={data.pagination.total} defaultPageSize={20}>
            <Pagination.PageSize />
            <Pagination.Links />
          </Pagination.Root>
        </div>
      )}
    </Room>
  );
}
