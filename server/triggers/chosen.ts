import type { PublishChoice } from '../admin-api/contract';

/** What an editor chose beside Publish, instead of what triggers say. */
export interface Chosen {
  choice: PublishChoice;
  /** The editor's name, as people read it. */
  by: string;
}

/** Where a request keeps it. */
const KEY = 'backgroundPush';

/** Of a request whose editor may choose so: it holds for everything that is written for it. */
export function setChosen(state: Record<string, unknown>, chosen: Chosen): void {
  state[KEY] = chosen;
}

export function chosenOf(state: Record<string, unknown> | undefined): Chosen | null {
  return (state?.[KEY] as Chosen | undefined) ?? null;
}
