import type { Connection } from '../../server/admin-api/contract';
import type { Text, TextKey } from '../text';

/** In the order in which a connection passes through them. */
const STATES: readonly [keyof Connection['states'], TextKey][] = [
  ['connecting', 'sender.connecting'],
  ['warming', 'sender.warming'],
  ['open', 'sender.open'],
  ['draining', 'sender.draining'],
];

/** Such as “1 open, 1 draining”. */
export function connectionsSentence(text: Text, { states }: Pick<Connection, 'states'>): string {
  const parts = STATES.flatMap(([state, key]) => {
    const count = states[state] ?? 0;
    return count > 0 ? [text(key, { count })] : [];
  });
  return parts.length > 0 ? parts.join(', ') : text('sender.none');
}

const MOST = 5;

/** Why APNs refused, the commonest reason first. */
export function refusalsSentence(text: Text, rejectedBy: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(rejectedBy).sort(([, a], [, b]) => b - a);
  const named = reasons.slice(0, MOST).map(([reason, count]) => text('sender.reason', { reason, count }));
  const rest = reasons.slice(MOST).reduce((sum, [, count]) => sum + count, 0);
  const list = [...named, ...(rest > 0 ? [text('sender.other-reasons', { count: rest })] : [])].join(', ');
  return text('sender.reasons', { list });
}
