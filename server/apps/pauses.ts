/**
 * Why a lane is paused. Each cause is cleared by its own act: an administrator's by resuming, `fatal` and `guard` by
 * resuming or by a new credential, `fingerprint` by confirming the instance, `no-credential` by setting one.
 */
export type PauseCause = 'administrator' | 'fatal' | 'guard' | 'fingerprint' | 'no-credential';

/** Code and parameters: the panel renders the sentence in the administrator's language. */
export interface Pause {
  cause: PauseCause;
  code: string;
  params: Record<string, string | number>;
  at: number;
  by?: string;
}

export function parsePauses(stored: string): Pause[] {
  return JSON.parse(stored) as Pause[];
}

/** Adds a pause. The first reason of a cause stays: what came after is usually its consequence. */
export function withPause(pauses: readonly Pause[], pause: Pause): Pause[] {
  return pauses.some(({ cause }) => cause === pause.cause) ? [...pauses] : [...pauses, pause];
}

export function withoutCauses(pauses: readonly Pause[], causes: readonly PauseCause[]): Pause[] {
  return pauses.filter(({ cause }) => !causes.includes(cause));
}
