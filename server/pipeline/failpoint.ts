/** The places where a process can be made to die, in the order in which a change passes them. */
export type FailpointName =
  /** Of a write in no transaction: noted, not written. */
  | 'after-intent'
  /** Of a write in no transaction: the entry written, its change not logged. */
  | 'after-raw-write'
  /** In the editor's transaction, the entry written and its change not logged. */
  | 'before-log'
  /** In the editor's transaction, the change logged and not committed. */
  | 'after-log-insert'
  /** Committed; nobody has been told. */
  | 'after-commit'
  | 'after-sequence'
  | 'after-claim'
  /** Once for each device that a scan has handed over. */
  | 'mid-page'
  | 'before-checkpoint'
  /** In the checkpoint's transaction, behind its fenced UPDATE. */
  | 'mid-checkpoint'
  | 'after-checkpoint'
  /** The push is known to be refused by most tokens. */
  | 'after-guard'
  | 'before-finish';

/**
 * A place where a crash would be worst. Does nothing, and the build leaves its calls out; the fault suite puts a function
 * in its place that ends the process here (`test/faults/failpoint.js`).
 */
export function failpoint(_name: FailpointName): void {}
