import { requirePeer } from '../peers';
import { createDevices, CONTENT, KEY_ID, TEAM_ID, TOPIC, type LoadClient, type LoadOptions } from '../load';
import { pump } from '../pump';

interface Apns2 {
  ApnsClient: new (options: object) => { send(note: unknown): Promise<unknown>; close?(): Promise<void> };
  SilentNotification: new (token: string, options: object) => unknown;
}

/** `apns2` of npm: 32 connections with one push each, whatever it is told. */
export function openApns2(options: LoadOptions): LoadClient {
  // It takes no authority: its process is started with NODE_EXTRA_CA_CERTS.
  const { ApnsClient, SilentNotification } = requirePeer('apns2') as Apns2;
  const { hostname } = new URL(options.origin);
  const client = new ApnsClient({
    team: TEAM_ID,
    keyId: KEY_ID,
    signingKey: options.key,
    defaultTopic: TOPIC,
    // Its port is 443, whatever it is told.
    host: hostname,
  });
  const devices = createDevices();
  return {
    send: (count, pace) =>
      pump(count, options.streams * options.connections, pace, (index, answered) => {
        const { token } = devices[index % devices.length];
        client.send(new SilentNotification(token, { data: CONTENT })).then(
          () => answered(true),
          () => answered(false),
        );
      }),
    close: async () => client.close?.(),
  };
}
