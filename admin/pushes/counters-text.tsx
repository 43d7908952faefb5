import type { Counters } from '../../server/admin-api/contract';
import { Flex, Typography } from '@strapi/design-system';
import { useText } from '../text';
import { presentKinds } from './counter-kinds';
import { Swatch } from './counters-bar';

/** The numbers behind a bar, each with its colour and pattern. */
export function CountersText({ counters }: { counters: Counters }) {
  const text = useText();
  return (
    <Flex gap={3} wrap="wrap">
      {presentKinds(counters).map((look) => (
        <Flex key={look.kind} gap={1}>
          <Swatch $look={look} />
          <Typography variant="pi">{text(look.count, { count: counters[look.kind] })}</Typography>
        </Flex>
      ))}
    </Flex>
  );
}
