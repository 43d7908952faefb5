import type { PushDetail } from '../../server/admin-api/contract';
import { Flex } from '@strapi/design-system';
import { useText, type Text } from '../text';
import { Card, Figure, Figures } from '../ui/card';
import { State } from '../ui/state';
import { duration, MaybeMoment, Moment } from '../ui/time';
import { pushState } from './push-state';

/** When a push ran, for whom, and how it stands. */
export function PushSummary({ push }: { push: PushDetail }) {
  const text = useText();
  const state = pushState(push);
  return (
    <Card label={text('push.summary')}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <State variant={state.variant} label={state.label} />
        <Figures $column="17rem">
          <Figure label={text('push.created')}>
            <Moment at={push.createdAt} seconds />
          </Figure>
          <Figure label={text('push.first-accepted')}>
            <MaybeMoment at={push.firstAcceptedAt} seconds />
          </Figure>
          <Figure label={text('push.announced')}>
            <MaybeMoment at={push.announcedAt} seconds />
          </Figure>
          <Figure label={text('push.finished')}>
            <MaybeMoment at={push.finishedAt} seconds />
          </Figure>
          <Figure label={text('column.duration')}>
            {push.finishedAt === null ? text('push-state.running') : duration(text, push.finishedAt - push.createdAt)}
          </Figure>
          <Figure label={text('push.expires')}>
            <Moment at={push.expiresAt} />
          </Figure>
          <Figure label={text('push.audience')}>{audience(text, push.audience)}</Figure>
          {push.askedBy !== null && (
            <Figure label={text(push.hurry === 'force' ? 'push.forced-by' : 'push.asked-by')}>{push.askedBy}</Figure>
          )}
          {push.cancelledBy !== null && <Figure label={text('push.cancelled-by')}>{push.cancelledBy}</Figure>}
          {!push.guarded && <Figure label={text('push.guard')}>{text('push.guard-off')}</Figure>}
        </Figures>
      </Flex>
    </Card>
  );
}

function audience(text: Text, value: PushDetail['audience']): string {
  if (value === 'all') return text('audience.all');
  const [locales, tags] = [value.locales.join(', '), value.tags.join(', ')];
  if (tags === '') return text('audience.locales', { locales });
  return locales === '' ? text('audience.with-tags', { tags }) : text('audience.locales-or-tags', { locales, tags });
}
