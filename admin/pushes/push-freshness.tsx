import type { PushDetail } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { Card, Figure, Figures } from '../ui/card';
import { duration } from '../ui/time';

/** What devices said after a push; nothing where it asked none. */
export function PushFreshness({ push }: { push: PushDetail }) {
  const text = useText();
  if (push.freshness === null) return null;
  const { share, applied, woken, p50Ms, p90Ms } = push.freshness;
  const asked = Math.round(push.counters.accepted * share);
  return (
    <Card label={text('fresh.title')}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Typography tag="h2" variant="delta">
          {text('fresh.title')}
        </Typography>
        <Figures $column="17rem">
          <Figure label={text('push-fresh.applied')}>{text('push-fresh.applied-of', { applied, asked })}</Figure>
          <Figure label={text('push-fresh.woken')}>{text('figure.count', { count: woken })}</Figure>
          {p50Ms !== null && <Figure label={text('fresh.half')}>{duration(text, p50Ms)}</Figure>}
          {p90Ms !== null && <Figure label={text('fresh.most')}>{duration(text, p90Ms)}</Figure>}
        </Figures>
        <Typography variant="pi" textColor="neutral600">
          {text(applied === 0 ? 'push-fresh.none' : 'push-fresh.from')}
          {share < 1 && ` ${text('fresh.sample', { share })}`}
        </Typography>
      </Flex>
    </Card>
  );
}
