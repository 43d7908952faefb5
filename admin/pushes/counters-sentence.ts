import type { Counters } from '../../server/admin-api/contract';
import { useCallback } from 'react';
import { useText } from '../text';
import { presentKinds } from './counter-kinds';

/** Renders counters as one line of text: “990 accepted, 6 rejected, 4 unknown”. */
export function useCountersSentence(): (counters: Counters) => string {
  const text = useText();
  return useCallback(
    (counters) =>
      presentKinds(counters)
        .map(({ kind, count }) => text(count, { count: counters[kind] }))
        .join(', '),
    [text],
  );
}
