import { Pool, type Dispatcher } from 'undici';
import { providerToken } from '../jwt';
import { createDevices, PAYLOAD, TOPIC, type LoadClient, type LoadOptions } from '../load';
import { pump } from '../pump';

/** undici, as fast as it goes: `dispatch` instead of `request`, idempotent, pipelining as wide as the window. */
export async function openUndici(options: LoadOptions): Promise<LoadClient> {
  const devices = createDevices();
  const body = Buffer.from(JSON.stringify(PAYLOAD));
  const pool = new Pool(options.origin, {
    allowH2: true,
    connections: options.connections,
    pipelining: options.streams,
    maxConcurrentStreams: options.streams,
    connect: { ca: options.ca },
  });
  const headers = {
    authorization: `bearer ${await providerToken(options.key)}`,
    'apns-topic': TOPIC,
    'apns-push-type': 'background',
    'apns-priority': '5',
    'apns-expiration': String(Math.floor(Date.now() / 1000) + 86_400),
  };
  return {
    send: (count, pace) =>
      pump(count, options.streams * options.connections, pace, (index, answered) => {
        const { token, apnsId } = devices[index % devices.length];
        let accepted = false;
        const handler: Dispatcher.DispatchHandler = {
          onConnect: () => undefined,
          onHeaders(status: number) {
            accepted = status === 200;
            return true;
          },
          onData: () => true,
          onComplete: () => answered(accepted),
          onError: () => answered(false),
        };
        pool.dispatch(
          {
            path: `/3/device/${token}`,
            method: 'POST',
            idempotent: true,
            headers: { ...headers, 'apns-id': apnsId },
            body,
          },
          handler,
        );
      }),
    close: () => pool.destroy(),
  };
}
