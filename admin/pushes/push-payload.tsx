import { Button } from '@strapi/design-system';
import { Download } from '@strapi/icons';
import { styled } from 'styled-components';
import type { PushDetail } from '../../server/admin-api/contract';
import { useText } from '../text';
import { Section } from '../ui/card';
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
      {/* Focusable, because a box that scrolls must be reachable by keyboard. */}
      <Json tabIndex={0} aria-label={text('push.payload')}>
        {JSON.stringify(payload, null, 2)}
      </Json>
    </Section>
  );
}

const Json = styled.pre`
  max-height: 40rem;
  overflow: auto;
  padding: 1.6rem;
  border-radius: ${({ theme }) => theme.borderRadius};
  border: 1px solid ${({ theme }) => theme.colors.neutral200};
  background: ${({ theme }) => theme.colors.neutral0};
  color: ${({ theme }) => theme.colors.neutral800};
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: 1.3rem;
  line-height: 1.5;
`;
