import { useState, type FormEvent } from 'react';
import { Box, Checkbox, EmptyStateLayout, Flex, Searchbar } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useDevicesQuery } from '../api/devices';
import { useOverviewQuery } from '../api/overview';
import { useMay } from '../permissions';
import { PATHS } from '../plugin-id';
import { useText } from '../text';
import { LaneSelect, useListUrl } from '../ui/list-filter';
import { ListPages } from '../ui/list-pages';
import { InnerLinkButton } from '../ui/links';
import { Room } from '../ui/page';
import { DeviceTable } from './device-table';
import { TestLanes } from './test-lanes';

/** The installations that registered themselves. */
export function DevicesPage() {
  const text = useText();
  const { page, pageSize, lane, search, test } = useListUrl();
  const mayOverview = useMay('overview.read');
  const { data: overview } = useOverviewQuery(undefined, { skip: !mayOverview });
  const { data, isError } = useDevicesQuery({
    page,
    pageSize,
    lane,
    search: search || undefined,
    test: test ? 'true' : undefined,
  });
  if (!data) return isError ? <Page.Error /> : <Page.Loading />;
  const filtered = lane !== undefined || Boolean(search);
  const none = test ? text('test-device.none') : text('devices.none', { path: data.path });
  const nothing = filtered ? text('devices.none-found') : none;
  return (
    <Room title={text('nav.devices')} subtitle={text('devices.subtitle')} actions={<MoveLink />} nav>
      <Flex gap={3} wrap="wrap" alignItems="center">
        {overview && <LaneSelect apps={overview.apps} />}
        <DeviceSearch />
        <TestFilter />
      </Flex>
      {data.items.length === 0 ? (
        <EmptyStateLayout content={nothing} />
      ) : (
        <div>
          <DeviceTable devices={data.items} apps={overview?.apps ?? []} />
          <ListPages pagination={data.pagination} />
        </div>
      )}
      {test && <TestLanes devices={data.items} apps={overview?.apps ?? []} />}
    </Room>
  );
}

/** For whoever may do something there. */
function MoveLink() {
  const text = useText();
  const mayImport = useMay('devices.import');
  const mayExport = useMay('devices.export');
  const mayErase = useMay('devices.delete');
  if (!mayImport && !mayExport && !mayErase) return null;
  return <InnerLinkButton to={PATHS.move}>{text('move.title')}</InnerLinkButton>;
}

function TestFilter() {
  const text = useText();
  const { test, setQuery } = useListUrl();
  return (
    <Checkbox
      checked={test}
      onCheckedChange={(checked) =>
        checked === true ? setQuery({ test: 'true', page: '1' }) : setQuery({ test: '', page: '' }, 'remove')
      }
    >
      {text('filter.test')}
    </Checkbox>
  );
}

function DeviceSearch() {
  const text = useText();
  const { search = '', setQuery } = useListUrl();
  const [value, setValue] = useState(search);

  function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = value.trim();
    if (wanted) setQuery({ search: wanted, page: '1' });
    else clear();
  }

  function clear() {
    setValue('');
    setQuery({ search: '', page: '' }, 'remove');
  }

  return (
    <Box tag="form" role="search" onSubmit={submit} width={{ initial: '100%', medium: '32rem' }}>
      <Searchbar
        name="device-search"
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onClear={clear}
        clearLabel={text('action.clear')}
        placeholder={text('devices.search')}
      >
        {text('devices.search')}
      </Searchbar>
    </Box>
  );
}
