import { hashToken } from '../../devices';
import type { PushRow } from '../../store/tables';
import type { DeliveryEntry } from './delivery-entry';
import type { Checkpoint } from './checkpoint';

/** Refusals that may be our fault, not the token's; the guard counts them, and devices accepted before that are gone. */
const GUARDED = new Set(['BadDeviceToken', 'DeviceTokenNotForTopic']);

/**
 * Adds one decided device to a checkpoint. Pure but for that.
 *
 * @param now the store's time
 */
export function addToCheckpoint(
  checkpoint: Checkpoint,
  entry: DeliveryEntry,
  push: Readonly<PushRow>,
  now: number,
): void {
  const { decision, device, retry } = entry;
  if (!decision) throw new Error(`device ${device.id} is added to a checkpoint before its answer`);
  if (!retry) checkpoint.counters.met++;
  // Hashed only where something is to be written: most devices are accepted once more, and that is all.
  const ref = () => ({ id: device.id, tokenHash: hashToken(device.token) });
  // One that a person has yet to decide about says nothing new.
  const held = device.gone_at !== null;
  const weighed = !held && (push.guard_scope === 'all' || device.accepted === 1);
  switch (decision.kind) {
    case 'accepted':
      checkpoint.counters.accepted++;
      if (weighed) checkpoint.guardAnswers++;
      if (device.accepted !== 1 || device.refusals > 0 || held) checkpoint.welcomed.push(ref());
      break;
    case 'rejected': {
      const { status, reason } = decision;
      checkpoint.counters.rejected++;
      count(checkpoint.reasons, `${status} ${reason}`);
      checkpoint.samples.push({ status, reason, device_id: device.id, token_tail: device.token.slice(-6), at: now });
      if (weighed) checkpoint.guardAnswers++;
      const gone = decision.retireUpTo !== undefined && device.accepted === 1;
      if (weighed && (gone || GUARDED.has(reason))) checkpoint.guardRefusals++;
      // With its guard off a push may meet nothing but refusals that are our own fault.
      if (decision.suspect && push.guard === 1 && push.guard_tripped === 0) checkpoint.suspects.push(ref());
      if (decision.retireUpTo === undefined || held) break;
      checkpoint[gone ? 'gone' : 'retired'].push({ ...ref(), upTo: decision.retireUpTo });
      if (gone) checkpoint.goneCount++;
      break;
    }
    case 'unknown':
      checkpoint.counters.unknown++;
      break;
    case 'retry': {
      const { cause, attempts, reason, dueAt } = decision;
      if (retry) checkpoint.keptRetries.push({ id: retry.id, cause, attempts, reason, due_at: dueAt });
      else {
        checkpoint.newRetries.push({
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
      throw new Error(`device ${device.id} is added to a checkpoint with ${decision.kind}, which is no end`);
  }
  if (retry && decision.kind !== 'retry') checkpoint.endedRetries.push(retry.id);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
