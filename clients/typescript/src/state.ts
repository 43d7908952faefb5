import { isRev } from './content-push.js';
import { SyncError } from './sync-error.js';
import type { Position, Storage } from './types.js';

/** A snapshot that is being fetched: it goes on where it was, after the app was killed too. */
export interface Walk {
  /** What its entries are marked with. */
  id: string;
  /** Of the last page that was stored; null: none was. */
  cursor: string | null;
  /** What the answer said that asked for it. */
  epoch: string | null;
  scope: string | null;
  rev: number | null;
}

/** How far the app has got. */
export interface State {
  /** Null: it holds nothing. */
  position: Position | null;
  walk: Walk | null;
}

/**
 * Reads and writes it beside the content. What cannot be understood counts as nothing: everything is fetched anew, which
 * costs time and never content.
 */
export function createStateStorage(storage: Storage) {
  return {
    async read(): Promise<State> {
      const text = await storage.read().catch((cause: unknown) => {
        throw new SyncError('storage', 'The position cannot be read now.', { cause });
      });
      return stateOf(text);
    },
    write: (state: State) => writeText(storage, JSON.stringify(state)),
  };
}

/** @throws SyncError */
export async function writeText(storage: Storage, text: string | null): Promise<void> {
  await storage.write(text).catch((cause: unknown) => {
    throw new SyncError('storage', 'What the app has to remember cannot be written now.', { cause });
  });
}

const NOTHING: State = { position: null, walk: null };

function stateOf(text: string | null): State {
  if (text === null) return NOTHING;
  try {
    const { position, walk } = JSON.parse(text) as Partial<State>;
    return {
      position: position && typeof position.epoch === 'string' && isRev(position.rev) ? position : null,
      walk: walk && typeof walk.id === 'string' ? walk : null,
    };
  } catch {
    return NOTHING;
  }
}
