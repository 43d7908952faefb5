import { randomBytes } from 'node:crypto';
import { createEditor } from '../integration/content/editor';
import type { Database } from '../integration/databases';
import { createRandom, randomSeed } from '../faults/random';
import type { Client } from './clients';
import { createCounter } from './counter';
import { createApp, type App } from './play';
import { startRealServer, type RealServer } from './real-server';

export interface EditsResult {
  edits: number;
  missing: number;
  stale: number;
}

/** After so many edits everybody is still, and what the app holds is compared. */
const EDITS_PER_LOOK = 25;
const START = { do: 'start', timeoutMs: 30_000 };

/**
 * Edits at random on a database, while an app goes on- and offline: it is woken, comes to the foreground, is killed.
 *
 * @param say is told what differs
 */
export async function makeRandomEdits(
  client: Client,
  database: Database,
  edits: number,
  say: (line: string) => void,
): Promise<EditsResult> {
  const seed = randomSeed();
  const random = createRandom(seed);
  const real = await startRealServer(database, createCounter());
  const app = createApp(client.program, real);
  try {
    const token = randomBytes(32).toString('hex');
    await app.tell(START);
    await app.tell({ do: 'register', token, environment: 'production', locale: 'en' });
    const editor = createEditor(real.shelves, random);
    let heard = 0;
    for (let n = 1; n <= edits; n++) {
      const done = await editor.edit();
      if (random() < 0.5) heard = await live(app, real, { token, heard, random });
      if (n % EDITS_PER_LOOK > 0 && n < edits) continue;
      await real.quiet();
      await app.tell(START);
      await app.tell({ do: 'sync' });
      const { missing, stale } = await real.differences((await app.state()).entries);
      if (missing.length + stale.length === 0) continue;
      say(`seed ${seed}, after edit ${n} (${done}) on ${database}:\n${[...missing, ...stale].join('\n')}`);
      return { edits: n, missing: missing.length, stale: stale.length };
    }
    return { edits, missing: 0, stale: 0 };
  } finally {
    await app.remove();
    await real.stop();
  }
}

/** What happens to a phone between two edits. @returns how many pushes it has taken notice of */
async function live(
  app: App,
  real: RealServer,
  { token, heard, random }: { token: string; heard: number; random: () => number },
): Promise<number> {
  const act = random();
  if (act < 0.2) {
    // Killed in whatever it does next; the next launch goes on.
    const moments = ['apply', 'snapshot', 'finish', 'write-position.json'];
    await app.tell({ ...START, dieAt: moments[Math.floor(random() * moments.length)] });
    await app.tell({ do: 'sync' });
    await app.tell(START);
    return heard;
  }
  if (act < 0.4) {
    await app.tell({ do: 'sync' });
    return heard;
  }
  if (act < 0.6) return heard;
  // Of the pushes that came while it was off, APNs keeps the last.
  const pushes = real.pushesTo(token);
  const payload = pushes[pushes.length - 1];
  if (pushes.length > heard) await app.tell({ do: 'push', payload, canWait: random() < 0.5 });
  return pushes.length;
}
