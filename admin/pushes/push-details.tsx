import type { PushDetail } from '../../server/admin-api/contract';
import { useText } from '../text';
import { Figure, Figures, Section, Card } from '../ui/card';
import { Code } from '../ui/code';

/** The numbers behind a push, for whoever looks into the log of changes or into that of Strapi. */
export function PushDetails({ push }: { push: PushDetail }) {
  const text = useText();
  return (
    <Section title={text('push.details')}>
      <Card>
        <Figures $column="17rem">
          <Figure label={text('push.revs')}>{text('push.range', { since: push.since, rev: push.rev })}</Figure>
          <Figure label={text('push.shards')}>{text('push.shards-done', push.shards)}</Figure>
          <Figure label={text('push.epoch')}>
            <Code>{push.epoch}</Code>
          </Figure>
          <Figure label={text('push.uuid')}>
            <Code>{push.uuid}</Code>
          </Figure>
        </Figures>
      </Card>
    </Section>
  );
}
