import type { Push } from '../../server/admin-api/contract';
import type { TextKey } from '../text';

export interface PushStateLook {
  label: TextKey;
  variant: 'primary' | 'success' | 'warning' | 'neutral';
}

/** How a push is, in a word. */
export function pushState({ state, ended, closing }: Pick<Push, 'state' | 'ended' | 'closing'>): PushStateLook {
  if (state === 'running') {
    return closing === null
      ? { label: 'push-state.running', variant: 'primary' }
      : { label: 'push-state.closing', variant: 'primary' };
  }
  switch (ended) {
    case 'expired':
      return { label: 'push-state.expired', variant: 'warning' };
    case 'superseded':
      return { label: 'push-state.superseded', variant: 'neutral' };
    case 'cancelled':
      return { label: 'push-state.cancelled', variant: 'neutral' };
    default:
      return { label: 'push-state.done', variant: 'success' };
  }
}
