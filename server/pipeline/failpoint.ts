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
  | 'before-settlement'
  /** In the checkpoint's transaction, behind its fenced UPDATE. */
  | 'mid-settlement'
  | 'after-settlement'
  /** The push is known to be refused by most tokens. */
  | 'after-guard'
  | 'before-finish';

interface Armed {
  name: string;
  /** Passes still to be let through. */
  left: number;
  signal: 'SIGKILL' | 'SIGSTOP';
}

/** For tests only, and read once: `<name>[:<nth>]=kill|stop`. Unset, as everywhere else, nothing below does anything. */
const armed = parseFailpoint(process.env.BACKGROUND_PUSH_TEST_FAILPOINT);

export function parseFailpoint(text: string | undefined): Armed | null {
  const [, name, nth = '1', end] = /^([a-z-]+)(?::(\d+))?=(kill|stop)$/.exec(text ?? '') ?? [];
  return name === undefined ? null : { name, left: Number(nth) - 1, signal: end === 'kill' ? 'SIGKILL' : 'SIGSTOP' };
}

/** Ends or stops this process here, as a power cut would, if a test has asked for it. */
export function failpoint(name: FailpointName): void {
  if (armed === null || armed.name !== name || armed.left-- !== 0) return;
  process.kill(process.pid, armed.signal);
}
