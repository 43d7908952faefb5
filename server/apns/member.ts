import type { Connection } from './connection';
import type { Outcome } from './outcome';
import { ruleOf } from './reasons';

/** So many in a row mean that it is this connection that is broken (jchambers/pushy#408, #811). */
const MOST_FRUITLESS = 5;
/** A connection that was of use for so long may be replaced at once. */
const STEADY_MS = 10_000;
/** One that had so many pushes accepted as well, however young it ends: a server may retire it by their number. */
export const ENOUGH_ACCEPTED = 100;

/** A connection of a pool, and what it has been good for. */
export class Member {
  /** Whether it may take requests, or will. */
  isInUse = true;
  /** `performance.now()`, as all times here. */
  readonly madeAt = performance.now();
  openedAt: number | null = null;
  /** Since when it has carried more than the push that opened it. */
  usedFrom = Infinity;
  /** Looks of the idle timer since it was last used. */
  idleLooks = 0;
  sent = 0;
  /** Of those, what the server surely did not process. */
  unsent = 0;
  private accepted = 0;
  /** Server errors and time-outs in a row. */
  private fruitless = 0;
  private asksForAnother = false;

  constructor(
    readonly connection: Connection,
    /** The provider token that it carries. */
    readonly authorization: string,
  ) {}

  count(outcome: Outcome): void {
    if (outcome.kind === 'unsent') {
      this.unsent++;
      return;
    }
    if (outcome.kind === 'accepted') this.accepted++;
    this.fruitless = isFruitless(outcome) ? this.fruitless + 1 : 0;
    this.asksForAnother ||= asksForAnother(outcome);
  }

  /** Whether the next request needs another connection. */
  get isSpoilt(): boolean {
    return this.fruitless >= MOST_FRUITLESS || this.asksForAnother;
  }

  get isOnItsWay(): boolean {
    return this.connection.state === 'connecting' || this.connection.state === 'warming';
  }

  /** Whether it was worth its making. */
  get wasOfUse(): boolean {
    if (this.accepted >= ENOUGH_ACCEPTED) return true;
    return this.openedAt !== null && performance.now() - this.openedAt >= STEADY_MS;
  }
}

function isFruitless(outcome: Outcome): boolean {
  if (outcome.kind === 'unknown') return outcome.cause === 'timeout';
  return outcome.kind === 'rejected' && outcome.status === 500;
}

/** Apple says, or means, that the next request needs a new connection. */
function asksForAnother(outcome: Outcome): boolean {
  if (outcome.kind !== 'rejected') return false;
  const { class: reasonClass } = ruleOf(outcome.status, outcome.reason);
  return reasonClass === 'reconnect' || reasonClass === 'hold';
}
