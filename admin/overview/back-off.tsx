import type { HoldCause, OverviewLane } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { entryOf } from '../sentences/sentence';
import { useText, type TextKey } from '../text';
import { Notice } from '../ui/notice';

/** What a lane waits for that is not the connection, by its code. */
const HOLDS: Readonly<Record<HoldCause, { title: TextKey; reason: TextKey }>> = {
  'server-errors': { title: 'back-off.title-server-errors', reason: 'back-off.server-errors' },
  'token-updates': { title: 'back-off.title-token-updates', reason: 'back-off.token-updates' },
};

/** Why a lane waits for APNs, and until when. */
export function BackOff({ lane }: { lane: OverviewLane }) {
  const text = useText();
  const intl = useIntl();
  const hold = entryOf(HOLDS, lane.lastError?.code ?? '');
  const error = lane.connection?.error ?? lane.lastError;
  const reason = error
    ? text('back-off.reason', { code: error.code, message: error.message })
    : text('back-off.no-reason');
  const retryAt = lane.backOffUntil ?? lane.connection?.retryAt ?? null;
  return (
    <Notice kind="warning" title={text(hold?.title ?? 'back-off.title')}>
      <Typography tag="p">
        {hold ? text(hold.reason) : reason}{' '}
        {retryAt !== null && text('back-off.retry', { at: intl.formatTime(retryAt, { timeStyle: 'medium' }) })}
      </Typography>
      <Typography tag="p">{text('back-off.body')}</Typography>
    </Notice>
  );
}
