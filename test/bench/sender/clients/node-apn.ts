import { requirePeer } from '../peers';
import { createDevices, CONTENT, KEY_ID, TEAM_ID, TOPIC, type LoadClient, type LoadOptions } from '../load';
import { pump } from '../pump';

interface NodeApn {
  MultiProvider: new (options: object) => { send(note: unknown, token: string): Promise<Sent>; shutdown(): void };
  Provider: new (options: object) => { send(note: unknown, token: string): Promise<Sent>; shutdown(): void };
  Notification: new () => Record<string, unknown>;
}
interface Sent {
  sent: unknown[];
  failed: unknown[];
}

/** `@parse/node-apn`, with a window: without one it loses pushes. */
export function openNodeApn(options: LoadOptions): LoadClient {
  const apn = requirePeer('@parse/node-apn') as NodeApn;
  const { hostname, port } = new URL(options.origin);
  const settings = {
    token: { key: options.key, keyId: KEY_ID, teamId: TEAM_ID },
    production: true,
    address: hostname,
    port: Number(port),
    ca: options.ca,
    requestTimeout: 20_000,
  };
  const provider =
    options.connections > 1
      ? new apn.MultiProvider({ ...settings, clientCount: options.connections })
      : new apn.Provider(settings);
  const devices = createDevices();
  return {
    send: (count, pace) =>
      pump(count, options.streams * options.connections, pace, (index, answered) => {
        const { token, apnsId } = devices[index % devices.length];
        const note = new apn.Notification();
        note.topic = TOPIC;
        note.pushType = 'background';
        note.priority = 5;
        note.contentAvailable = true;
        note.expiry = Math.floor(Date.now() / 1000) + 86_400;
        note.id = apnsId;
        note.payload = CONTENT;
        provider.send(note, token).then(
          ({ sent }) => answered(sent.length === 1),
          () => answered(false),
        );
      }),
    close: async () => provider.shutdown(),
  };
}
