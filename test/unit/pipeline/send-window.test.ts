import { generateKeyPairSync } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createApnsClient } from '../../../server/apns';
import { createLaneHealth } from '../../../server/pipeline/deliver/lane-health';
import { createSendWindow } from '../../../server/pipeline/deliver/send-window';
import { createSendRate } from '../../../server/pipeline/deliver/send-rate';

const TURNS = 50;

it('does not come back at once, again and again, from a client that was closed', async () => {
  const client = createApnsClient({
    origin: 'https://127.0.0.1:1',
    ca: null,
    credential: {
      keyId: 'ABCDEFGHIJ',
      teamId: 'TEAM123456',
      key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    },
    connections: 1,
    streams: 1,
    requestTimeoutMs: 1_000,
    proxy: null,
  });
  await client.close(0);
  const sendWindow = createSendWindow({
    client,
    health: createLaneHealth({ now: Date.now, firstMs: 15_000, random: Math.random }),
    rate: createSendRate(() => null),
    probe: null,
    now: () => Date.now(),
  });
  expect(sendWindow.room()).toBe(0);
  const stop = new AbortController();
  let back = false;
  const waiting = sendWindow.ready(stop.signal).then(() => (back = true));
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  expect(back).toBe(false);
  stop.abort();
  await waiting;
});
