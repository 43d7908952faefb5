import { hashToken } from '../../devices';
import type { PushRow } from '../../store/tables';
import type { DeliveryEntry } from '../deliver/delivery-entry';
import type { Settlement } from './checkpoint';

/** Refusals that may be our fault, not the token's; the guard counts them, and devices accepted before that are gone. */
const GUARDED = new Set(['BadDeviceToken', 'DeviceTokenNotForTopic']);

/**
 * Adds one decided device to a settlement. Pure but for the settlement it adds to.
 *
 * @param now the store's time
 */
export function tally(settlement: Settlement, entry: DeliveryEntry, push: PushRow, now: number): void {
  const { decision, device, retry } = entry;
  if (!decision) throw new Error(`device ${device.id} is tallied before its answer`);
  if (!retry) settlement.counters.met++;
  // Hashed only where something is to be written: most devices are accepted once more, and that is all.
  const ref = () => ({ id: device.id, tokenHash: hashToken(device.token) });
  // One that a person has yet to decide about says nothing new.
  const held = device.gone_at !== null;
  const weighed = !held && (push.guard_scope === 'all' || device.accepted === 1);
  switch (decision.kind) {
    case 'accepted':
      settlement.counters.accepted++;
      if (weighed) settlement.guardAnswers++;
      if (device.accepted !== 1 || device.refusals > 0 || held) settlement.welcomed.push(ref());
      break;
    case 'rejected': {
      const { status, reason } = decision;
      settlement.counters.rejected++;
      count(settlement.reasons, `${status} ${reason}`);
      settlement.samples.push({ status, reason, device_id: device.id, token_tail: device.token.slice(-6), at: now });
      if (weighed) settlement.guardAnswers++;
      const gone = decision.retireUpTo !== undefined && device.accepted === 1;
      if (weighed && (gone || GUARDED.has(reason))) settlement.guardRefusals++;
      // With its guard off a push may meet nothing but refusals that are our own fault.
      if (decision.suspect && push.guard === 1 && push.guard_tripped === 0) settlement.suspects.push(ref());
      if (decision.retireUpTo === undefined || held) break;
      settlement[gone ? 'gone' : 'retired'].push({ ...ref(), upTo: decision.retireUpTo });
      if (gone) settlement.goneCount++;
      break;
    }
    case 'unknown':
      settlement.counters.unknown++;
      break;
    case 'retry': {
      const { cause, attempts, reason, dueAt } = decision;
      if (retry) settlement.keptRetries.push({ id: retry.id, cause, attempts, reason, due_at: dueAt });
      else {
        settlement.newRetries.push({
          device_id: device.id,
          token_hash: hashToken(device.token),
          cause,
          attempts,
          reason,
          due_at: dueAt,
        });
      }
      break;
    }
    default:
      throw new Error(`device ${device.id} is tallied with ${decision.kind}, which is no end`);
  }
  if (retry && decision.kind !== 'retry') settlement.endedRetries.push(retry.id);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
