import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useText, type Text } from '../text';

interface MomentProps<At> {
  at: At;
  /** Where several points lie within a minute. */
  seconds?: boolean;
}

/** A point in time, in the administrator's time zone. */
export function Moment({ at, seconds = false }: MomentProps<number>) {
  const intl = useIntl();
  return (
    <time dateTime={new Date(at).toISOString()} title={intl.formatDate(at, { dateStyle: 'full', timeStyle: 'long' })}>
      {intl.formatDate(at, { dateStyle: 'medium', timeStyle: seconds ? 'medium' : 'short' })}
    </time>
  );
}

/** A point in time, or a dash where there is none. */
export function MaybeMoment({ at, seconds }: MomentProps<number | null>) {
  const text = useText();
  if (at !== null) return <Moment at={at} seconds={seconds} />;
  return <Typography aria-label={text('time.never')}>–</Typography>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A span of time in at most two units: `12 s`, `3 min 5 s`, `1 h 20 min`. */
export function duration(text: Text, ms: number): string {
  if (ms < SECOND) return text('time.under-a-second');
  if (ms < MINUTE) return text('time.seconds', { seconds: Math.round(ms / SECOND) });
  if (ms < HOUR) {
    return text('time.minutes', { minutes: Math.floor(ms / MINUTE), seconds: Math.floor((ms % MINUTE) / SECOND) });
  }
  return text('time.hours', { hours: Math.floor(ms / HOUR), minutes: Math.floor((ms % HOUR) / MINUTE) });
}
