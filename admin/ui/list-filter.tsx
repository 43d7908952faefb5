import type { OverviewApp } from '../../server/admin-api/contract';
import { Box, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { useQueryParams } from '@strapi/strapi/admin';
import { useText } from '../text';

/** What a list page keeps in its address, so that a view can be linked to. */
export interface ListUrl {
  page?: string;
  pageSize?: string;
  lane?: string;
  search?: string;
  test?: string;
}

/** Of a list whose address names no size. */
export const PAGE_SIZE = 20;

/** Page, size and lane of a list, from the address. */
export function useListUrl() {
  const [{ query }, setQuery] = useQueryParams<ListUrl>();
  return {
    page: positive(query.page) ?? 1,
    pageSize: positive(query.pageSize) ?? PAGE_SIZE,
    lane: positive(query.lane),
    search: query.search,
    test: query.test === 'true',
    setQuery,
  };
}

function positive(value: string | undefined): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

const ALL = 'all';

/** Narrows a list to one lane. */
export function LaneSelect({ apps }: { apps: readonly OverviewApp[] }) {
  const text = useText();
  const { lane, setQuery } = useListUrl();
  return (
    <Box width={{ initial: '100%', medium: '28rem' }}>
      <SingleSelect
        aria-label={text('filter.lane')}
        value={lane === undefined ? ALL : String(lane)}
        onChange={(value) =>
          value === ALL ? setQuery({ lane: '', page: '' }, 'remove') : setQuery({ lane: String(value), page: '1' })
        }
      >
        <SingleSelectOption value={ALL}>{text('filter.all-lanes')}</SingleSelectOption>
        {apps.flatMap((app) =>
          app.lanes.map(({ id, environment }) => (
            <SingleSelectOption key={id} value={String(id)}>
              {text('lane.name', { app: app.name, environment: text(`environment.${environment}`) })}
            </SingleSelectOption>
          )),
        )}
      </SingleSelect>
    </Box>
  );
}
