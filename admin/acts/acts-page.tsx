import { EmptyStateLayout } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useActsQuery } from '../api/acts';
import { useText } from '../text';
import { useListUrl } from '../ui/list-filter';
import { ListPages } from '../ui/list-pages';
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
          <ListPages pagination={data.pagination} />
        </div>
      )}
    </Room>
  );
}
