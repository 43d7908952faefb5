import { createPrivateKey } from 'node:crypto';
import {
  createApnsClient,
  createNotification,
  type Notification,
  type Outcome,
  type Push,
} from '../../../../server/apns';
import { CONTENT, createDevices, KEY_ID, TEAM_ID, TOPIC, type LoadClient, type LoadOptions, type Pace } from '../load';

/** One push, with what the plugin keeps of it. */
class Entry implements Push {
  outcome: Outcome | null = null;

  constructor(
    readonly notification: Notification,
    readonly token: string,
    readonly apnsId: string,
    private readonly settled: (entry: Entry) => void,
  ) {}

  settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.settled(this);
  }
}

/** The plugin's own sender, with all that it does for each push: outcome, apns-id, deadline. */
export function openOwn({ origin, ca, key, streams, connections }: LoadOptions): LoadClient {
  const client = createApnsClient({
    origin,
    ca,
    credential: { key: createPrivateKey(key), keyId: KEY_ID, teamId: TEAM_ID },
    connections,
    streams,
    requestTimeoutMs: 20_000,
    proxy: null,
  });
  const devices = createDevices();
  const notification = createNotification({ topic: TOPIC, payload: CONTENT, expiresAt: Date.now() + 86_400_000 });

  async function send(count: number, pace: Pace | null): Promise<number> {
    let accepted = 0;
    let settled = 0;
    let finish: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (finish = resolve));
    const answered = ({ outcome }: Entry): void => {
      if (outcome?.kind === 'accepted') accepted++;
      if (++settled === count) finish();
    };
    for (let sent = 0; sent < count;) {
      await client.ready();
      const due = pace ? Math.min(count, pace.due()) : count;
      for (; sent < due && client.room > 0; sent++) {
        const { token, apnsId } = devices[sent % devices.length];
        client.send(new Entry(notification, token, apnsId, answered));
      }
      if (pace) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await all;
    return accepted;
  }

  return { send, close: () => client.close(1_000) };
}
