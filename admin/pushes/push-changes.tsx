import type { Push } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { Card } from '../ui/card';
import { entryName } from './push-about';

/** The entries that a push tells of. */
export function PushChanges({ push: { about } }: { push: Push }) {
  const text = useText();
  const more = (about.entries ?? about.changes) - about.first.length;
  return (
    <Card label={text('push.changes')}>
      <Flex direction="column" alignItems="stretch" gap={3}>
        <Typography tag="h2" variant="delta">
          {text('push.changes')}
        </Typography>
        {about.refresh && <Typography>{text('push.changes-refresh')}</Typography>}
        {about.first.length > 0 && (
          <Flex tag="ul" direction="column" alignItems="stretch" gap={2}>
            {about.first.map((entry) => (
              <li key={`${entry.contentType} ${entry.documentId} ${entry.locale}`}>
                <Typography style={{ overflowWrap: 'anywhere' }}>
                  {text('push.change', { entry: entryName(text, entry), action: entry.action })}
                </Typography>
              </li>
            ))}
          </Flex>
        )}
        {!about.refresh && more > 0 && (
          <Typography textColor="neutral600">{text('push.changes-more', { count: more })}</Typography>
        )}
        {!about.kept && <Typography textColor="neutral600">{text('push.changes-not-kept')}</Typography>}
      </Flex>
    </Card>
  );
}
