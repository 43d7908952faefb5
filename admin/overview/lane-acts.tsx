import type { Act } from '../../server/admin-api/contract';
import { useId, useState } from 'react';
import { Flex, TextButton, Typography } from '@strapi/design-system';
import { PATHS } from '../plugin-id';
import { actSentence } from '../sentences';
import { useText } from '../text';
import { SmallLink } from '../ui/links';
import { Moment } from '../ui/time';

/** So many say what the last hands did; the rest is there for whoever looks for it. */
const FEW = 2;

/** Who stepped in last, and how. */
export function LaneActs({ acts, mayPushes }: { acts: readonly Act[]; mayPushes: boolean }) {
  const text = useText();
  const id = useId();
  const [all, setAll] = useState(false);
  if (acts.length === 0) return null;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography tag="h4" variant="sigma" textColor="neutral600" id={id}>
        {text('acts.title')}
      </Typography>
      <Flex tag="ul" direction="column" alignItems="stretch" gap={2} aria-labelledby={id}>
        {(all ? acts : acts.slice(0, FEW)).map((act) => (
          <li key={act.id}>
            <Typography variant="pi" textColor="neutral800" style={{ overflowWrap: 'anywhere' }}>
              {actSentence(text, act)}
            </Typography>{' '}
            <Typography variant="pi" textColor="neutral600">
              <Moment at={act.at} />
              {act.params.pushId !== undefined && mayPushes && (
                <>
                  {' · '}
                  <SmallLink to={`${PATHS.pushes}/${act.params.pushId}`}>{text('acts.push')}</SmallLink>
                </>
              )}
            </Typography>
          </li>
        ))}
      </Flex>
      {acts.length > FEW && (
        <div>
          <TextButton aria-expanded={all} onClick={() => setAll(!all)}>
            {text(all ? 'acts.fewer' : 'acts.all', { count: acts.length })}
          </TextButton>
        </div>
      )}
    </Flex>
  );
}
