/** What an administrator can do to a lane. Acts on an app or on the instance are done to each of their lanes. */
export type ActKind =
  | 'pause'
  | 'resume'
  | 'send-anyway'
  | 'send-now'
  | 'force'
  | 'cancel'
  | 'wake-everyone'
  | 'start-anew'
  | 'confirm-instance';

/** Code and parameters, as everywhere: the panel renders the sentence. */
export interface Act {
  act: ActKind;
  /** The administrator's name, as people read it; never an e-mail address. */
  by: string;
  at: number;
  /** The push it was done to. */
  pushId?: number;
}

/** A lane remembers so many: enough to see who did what before a push went wrong. */
const KEPT = 20;

export function parseActs(stored: string | null): Act[] {
  return stored === null ? [] : (JSON.parse(stored) as Act[]);
}

/** Newest first. */
export function withAct(acts: readonly Act[], act: Act): Act[] {
  return [act, ...acts].slice(0, KEPT);
}
