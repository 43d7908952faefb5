import type { Connection } from '../../server/admin-api/contract';
import { useId } from 'react';
import { Flex, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { Figure, Figures } from '../ui/card';
import { connectionsSentence, refusalsSentence } from './sender-sentences';

/** What this process's connections to APNs do now, and what became of all they carried. Nothing before the first push. */
export function LaneSender({ connection }: { connection: Connection | null }) {
  const text = useText();
  const id = useId();
  if (!connection || (connection.connections === 0 && connection.counts.sent === 0)) return null;
  const { counts, roundTripMs, inFlight, window } = connection;
  const count = (value: number) => text('figure.count', { count: value });
  return (
    <Flex tag="section" direction="column" alignItems="stretch" gap={2} aria-labelledby={id}>
      <Typography tag="h4" variant="sigma" textColor="neutral600" id={id}>
        {text('sender.title')}
      </Typography>
      <Figures $column="9rem">
        <Figure label={text('sender.connections')}>{connectionsSentence(text, connection)}</Figure>
        <Figure label={text('sender.in-flight')}>{text('sender.of-window', { inFlight, window })}</Figure>
        <Figure label={text('sender.round-trip')}>
          {roundTripMs === null ? '—' : text('sender.ms', { ms: Math.round(roundTripMs) })}
        </Figure>
        <Figure label={text('sender.sent')}>{count(counts.sent)}</Figure>
        <Figure label={text('sender.accepted')}>{count(counts.accepted)}</Figure>
        <Figure label={text('sender.refused')}>{count(counts.rejected)}</Figure>
        <Figure label={text('sender.unsent')}>{count(counts.unsent)}</Figure>
        <Figure label={text('sender.unknown')}>{count(counts.unknown)}</Figure>
      </Figures>
      {counts.rejected > 0 && (
        <Typography variant="pi" textColor="neutral600" style={{ overflowWrap: 'anywhere' }}>
          {refusalsSentence(text, counts.rejectedBy)}
        </Typography>
      )}
    </Flex>
  );
}
