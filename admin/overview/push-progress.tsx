import type { Push } from '../../server/admin-api/contract';
import { useState } from 'react';
import { Box, Flex, Typography } from '@strapi/design-system';
import { CountersBar } from '../pushes/counters-bar';
import { pushName } from '../pushes/push-about';
import { CountersText } from '../pushes/counters-text';
import { useText } from '../text';
import { duration } from '../ui/time';
import { answeredOf, paceOf, withSample, type Sample } from './pace';

interface PushProgressProps {
  push: Push;
  /** The server's clock at the poll that brought `push`. */
  now: number;
}

/** How far a running push is, how fast it goes and when it will be through. Give it the push's id as key. */
export function PushProgress({ push, now }: PushProgressProps) {
  const text = useText();
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const answered = answeredOf(push.counters);
  const total = Math.max(push.estimated, push.counters.met);

  // A poll brings a later clock, and with it a sample; a render that brings none changes nothing.
  const next = withSample(samples, { at: now, answered });
  if (next !== samples) setSamples(next);

  const pace = paceOf(next, total);
  const done = { answered, total };
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
        {pushName(text, push.about)}
      </Typography>
      <Flex justifyContent="space-between" gap={2} wrap="wrap">
        <Typography variant="pi" fontWeight="semiBold">
          {text('progress.devices', done)}
        </Typography>
        {pace && (
          <Typography variant="pi" textColor="neutral600">
            {pace.msLeft === null
              ? text('progress.rate', { rate: Math.round(pace.perSecond) })
              : text('progress.rate-and-left', {
                  rate: Math.round(pace.perSecond),
                  left: duration(text, pace.msLeft),
                })}
          </Typography>
        )}
      </Flex>
      <Box
        role="progressbar"
        aria-label={text('progress.label')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={answered}
        aria-valuetext={text('progress.devices', done)}
      >
        <CountersBar counters={push.counters} total={total} height="1rem" decorative />
      </Box>
      <CountersText counters={push.counters} />
    </Flex>
  );
}
