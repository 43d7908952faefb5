import { randomBytes } from 'node:crypto';
import { createEditor } from '../integration/content/editor';
import type { Database } from '../integration/databases';
import { createRandom, randomSeed } from '../faults/random';
import type { Client } from './client';
import { createCounter } from './counter';
import { createApp, type App } from './play';
import { startRealServer, type RealServer } from './real-server';

export interface EditsResult {
  edits: number;
  missing: number;
  stale: number;
  /** The most documents that one look left out, because Strapi has them twice (`test/faults/doubles.ts`). */
  doubled: number;
}

/** After so many edits everybody is still, and what the app holds is compared. */
const EDITS_PER_LOOK = 25;
const START = { do: 'start', timeoutMs: 30_000 };

/** A phone, and how many pushes it has taken notice of. */
interface Phone {
  client: string;
  app: App;
  token: string;
  heard: number;
}

/**
 * Edits at random on a database, while an app of each client goes on- and offline: it is woken, comes to the foreground, is
 * killed.
 *
 * @param say is told what differs
 */
export async function makeRandomEdits(
  clients: readonly Client[],
  database: Database,
  edits: number,
  say: (line: string) => void,
): Promise<EditsResult> {
  const seed = randomSeed();
  const random = createRandom(seed);
  const real = await startRealServer(database, createCounter());
  const phones = clients.map(({ name, program }): Phone => {
    const token = randomBytes(32).toString('hex');
    return { client: name, app: createApp(program, real), token, heard: 0 };
  });
  try {
    for (const { app, token } of phones) {
      await app.tell(START);
      await app.tell({ do: 'register', token, environment: 'production', locale: 'en' });
    }
    const editor = createEditor(real.shelves, random);
    let doubled = 0;
    for (let n = 1; n <= edits; n++) {
      const done = await editor.edit();
      for (const phone of phones) if (random() < 0.5) await live(phone, real, random);
      if (n % EDITS_PER_LOOK > 0 && n < edits) continue;
      await real.quiet();
      for (const { client, app } of phones) {
        const { missing, stale, ...left } = await differencesOf(app, real);
        doubled = Math.max(doubled, left.doubled);
        if (missing.length + stale.length === 0) continue;
        const found = [...missing, ...stale].join('\n');
        say(`seed ${seed}, after edit ${n} (${done}) on ${database}, ${client}:\n${found}`);
        return { edits: n, missing: missing.length, stale: stale.length, doubled };
      }
    }
    return { edits, missing: 0, stale: 0, doubled };
  } finally {
    for (const { app } of phones) await app.remove();
    await real.stop();
  }
}

async function differencesOf(app: App, real: RealServer) {
  await app.tell(START);
  await app.tell({ do: 'sync' });
  return real.differences((await app.state()).entries);
}

/** What happens to a phone between two edits. */
async function live(phone: Phone, real: RealServer, random: () => number): Promise<void> {
  const { app, token, heard } = phone;
  const act = random();
  if (act < 0.2) {
    // Killed in whatever it does next; the next launch goes on.
    const moments = ['apply', 'snapshot', 'finish', 'write-position.json'];
    await app.tell({ ...START, dieAt: moments[Math.floor(random() * moments.length)] });
    await app.tell({ do: 'sync' });
    await app.tell(START);
    return;
  }
  if (act < 0.4) return void (await app.tell({ do: 'sync' }));
  if (act < 0.6) return;
  // Of the pushes that came while it was off, APNs keeps the last.
  const pushes = real.pushesTo(token);
  phone.heard = pushes.length;
  const payload = pushes[pushes.length - 1];
  if (pushes.length > heard) await app.tell({ do: 'push', payload, canWait: random() < 0.5 });
}
