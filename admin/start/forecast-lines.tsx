import type { EntryForecast } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useEntryQuery, type EntryQuery } from '../api/entries';
import { useText } from '../text';
import { forecastSentences } from './forecast-sentences';

interface ForecastLinesProps {
  forecast: EntryForecast;
  saves: boolean;
  atOnce?: boolean;
}

/** What publishing does now. */
export function ForecastLines({ forecast, saves, atOnce = false }: ForecastLinesProps) {
  const text = useText();
  const intl = useIntl();
  const sentences = forecastSentences(forecast, {
    text,
    clock: (at) => intl.formatTime(at, { timeStyle: 'short' }),
    list: (names) => intl.formatList(names),
    saves,
    atOnce,
  });
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {sentences.map((sentence) => (
        <Typography key={sentence} tag="p" textColor="neutral800" style={{ overflowWrap: 'anywhere' }}>
          {sentence}
        </Typography>
      ))}
    </Flex>
  );
}

/** The same in a dialog, looked up when it opens; nothing for types that no trigger names. */
export function AskedForecast({ atOnce, ...query }: EntryQuery & { atOnce?: boolean }) {
  const text = useText();
  const { data, isError } = useEntryQuery(query, { refetchOnMountOrArgChange: true });
  if (isError) return <Typography>{text('entry.failed')}</Typography>;
  if (!data) return <Typography textColor="neutral600">{text('entry.loading')}</Typography>;
  return data.forecast.heard ? <ForecastLines forecast={data.forecast} saves={false} atOnce={atOnce} /> : null;
}
