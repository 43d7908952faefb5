import type { Entry } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useEntryQuery } from '../api/entries';
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
  const { data, isError, refetch } = useEntryQuery(query, { skip: !may, refetchOnMountOrArgChange: true });
  const visible = useTabVisible();
  usePolling(refetch, may && data && visible ? lookAgainMs(data) : 0);
  if (!may || (!data && !isError) || data?.forecast.heard === false) return null;
  const title = text('entry.title');
  if (!data) return { title, content: <Typography>{text('entry.failed')}</Typography> };
  return { title, content: <EntryPanel entry={data} saves={props.activeTab === null} /> };
};

function EntryPanel({ entry: { forecast, news }, saves }: { entry: Entry; saves: boolean }) {
  return (
    <Flex direction="column" alignItems="stretch" gap={4} width="100%" minWidth={0}>
      <ForecastLines forecast={forecast} saves={saves} />
      {news && <LatestChange news={news} now={forecast.now} />}
      {news && <PushesOfEntry news={news} />}
    </Flex>
  );
}
