import { Flex, Typography } from '@strapi/design-system';
import { useEntryQuery, type EntryQuery } from '../api/entries';
import { useMay } from '../permissions';
import { useText } from '../text';
import { usePolling, useTabVisible } from '../ui/polling';
import type { Described, EntryProps, PanelDescription } from './content-manager';
import { LatestChange, PushesOfEntry } from './entry-news';
import { lookAgainMs } from './entry-polling';
import { ForecastLines } from './forecast-lines';
import { useEntryQueryOf } from './use-entry';

/**
 * Beside an entry: what publishing does now, what became of its latest change, and its last pushes. Absent without the
 * permission, and for types that no trigger names.
 */
export const SidePanel: Described<EntryProps, PanelDescription> = (props) => {
  const text = useText();
  const may = useMay('entries.read');
  const query = useEntryQueryOf(props);
  // What publishing would do changes with every push of anybody.
  const { data, isError } = useEntryQuery(query, { skip: !may, refetchOnMountOrArgChange: true });
  if (!may || (!data && !isError) || data?.forecast.heard === false) return null;
  return { title: text('entry.title'), content: <EntryPanel query={query} saves={props.activeTab === null} /> };
};

/** It follows the answer by itself: Strapi shows another description only when the browser has nothing else to do. */
function EntryPanel({ query, saves }: { query: EntryQuery; saves: boolean }) {
  const text = useText();
  const { data, refetch } = useEntryQuery(query);
  const visible = useTabVisible();
  usePolling(refetch, data && visible ? lookAgainMs(data) : 0);
  if (!data) return <Typography>{text('entry.failed')}</Typography>;
  const { forecast, news } = data;
  return (
    <Flex direction="column" alignItems="stretch" gap={4} width="100%" minWidth={0}>
      <ForecastLines forecast={forecast} saves={saves} />
      {news && <LatestChange news={news} now={forecast.now} />}
      {news && <PushesOfEntry news={news} />}
    </Flex>
  );
}
