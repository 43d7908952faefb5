import type { OverviewLane } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useText } from '../text';
import { Figure, Figures } from '../ui/card';
import { duration } from '../ui/time';
import { FleetBar } from './fleet-bar';
import { freshShare } from './fresh-share';

/** Which devices hold the newest content, by what they say themselves. Nothing before a push asked any. */
export function LaneFreshness({ lane }: { lane: OverviewLane }) {
  const text = useText();
  const intl = useIntl();
  const { freshness } = lane;
  const { share, asked, reporting, fresh, p50Ms, p90Ms, denied, restricted } = freshness;
  if (share === null || share === 0 || lane.devices === 0) return null;
  const never = denied + restricted;
  const holders = freshShare(freshness);
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography tag="h4" variant="sigma" textColor="neutral600">
        {text('fresh.title')}
      </Typography>
      {holders === null ? (
        <Typography textColor="neutral600">{text('fresh.none', { asked })}</Typography>
      ) : (
        <>
          <Figures $column="8.8rem">
            <Figure label={text('fresh.hold')}>{intl.formatNumber(holders, { style: 'percent' })}</Figure>
            {p50Ms !== null && <Figure label={text('fresh.half')}>{duration(text, p50Ms)}</Figure>}
            {p90Ms !== null && <Figure label={text('fresh.most')}>{duration(text, p90Ms)}</Figure>}
            <Figure label={text('fresh.never')}>{text('figure.count', { count: never })}</Figure>
          </Figures>
          <Typography variant="pi" textColor="neutral600">
            {text('fresh.of', { fresh, reporting, asked })}
            {share < 1 && ` ${text('fresh.sample', { share })}`}
          </Typography>
        </>
      )}
      <FleetBar lane={lane} />
      {never > 0 && (
        <Typography variant="pi" textColor="neutral600">
          {text('fresh.never-why', { denied, restricted })}
        </Typography>
      )}
    </Flex>
  );
}
