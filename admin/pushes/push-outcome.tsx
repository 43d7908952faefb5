import type { Push } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { styled } from 'styled-components';
import { useText } from '../text';
import { Card } from '../ui/card';
import { presentKinds } from './counter-kinds';
import { CountersBar, Swatch } from './counters-bar';

/** What became of the devices, with what each word means. */
export function PushOutcome({ push }: { push: Push }) {
  const text = useText();
  const { counters, estimated } = push;
  const total = Math.max(estimated, counters.met);
  return (
    <Card label={text('push.outcome')}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Flex justifyContent="space-between" gap={2} wrap="wrap">
          <Typography tag="h2" variant="delta">
            {text('push.outcome')}
          </Typography>
          <Typography textColor="neutral600">{text('push.met', { met: counters.met, total })}</Typography>
        </Flex>
        <CountersBar counters={counters} total={total} height="1.2rem" />
        <Counts>
          {presentKinds(counters).map((look) => (
            <div key={look.kind}>
              <Flex tag="dt" gap={2}>
                <Swatch $look={look} />
                <Typography fontWeight="semiBold">{text(look.count, { count: counters[look.kind] })}</Typography>
              </Flex>
              <Meaning>
                <Typography variant="pi" textColor="neutral600">
                  {text(look.meaning)}
                </Typography>
              </Meaning>
            </div>
          ))}
        </Counts>
      </Flex>
    </Card>
  );
}

/** Below the words, not below the swatch. */
const Meaning = styled.dd`
  margin-left: 2rem;
`;

const Counts = styled.dl`
  display: grid;
  gap: 1.2rem 2.4rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
`;
