import { Button } from '@strapi/design-system';
import { Download } from '@strapi/icons';
import type { PushDetail } from '../../server/admin-api/contract';
import { useText } from '../text';
import { Section } from '../ui/card';
import { Json } from '../ui/json';
import { saveFile } from '../ui/save-file';
import { simulatorFile } from './simulator-file';

/** What the devices were sent, as it was sent. */
export function PushPayload({ push: { id, bundleId, payload } }: { push: PushDetail }) {
  const text = useText();
  const compact = JSON.stringify(payload);
  const bytes = new TextEncoder().encode(compact).length;
  return (
    <Section
      title={text('push.payload')}
      subtitle={text('push.payload-size', { bytes })}
      actions={
        <Button
          variant="tertiary"
          startIcon={<Download />}
          onClick={() => saveFile(`push-${id}.apns`, simulatorFile(bundleId, payload))}
        >
          {text('push.for-simulator')}
        </Button>
      }
    >
      <Json label={text('push.payload')} value={payload} />
    </Section>
  );
}
