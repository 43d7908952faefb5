import type { Pause, PauseCause } from '../admin-api/contract';

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
