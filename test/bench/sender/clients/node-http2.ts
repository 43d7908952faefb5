import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { once } from 'node:events';
import { providerToken } from '../jwt';
import { createDevices, PAYLOAD, TOPIC, type LoadClient, type LoadOptions } from '../load';
import { pump } from '../pump';

const ANSWERED = Symbol('answered');
type Stream = ClientHttp2Stream & { [ANSWERED]: (accepted: boolean) => void; accepted?: boolean };

function onResponse(this: Stream, headers: { ':status'?: number }): void {
  this.accepted = headers[':status'] === 200;
  this.resume();
}

function onClose(this: Stream): void {
  this[ANSWERED](this.accepted === true);
}

const ignore = (): void => undefined;

/** A bare loop over `node:http2`, tuned: one header object, shared listeners, no promise, no deadline, no bookkeeping. */
export async function openNodeHttp2(options: LoadOptions): Promise<LoadClient> {
  const devices = createDevices();
  const body = Buffer.from(JSON.stringify(PAYLOAD));
  const headers: OutgoingHttpHeaders = {
    ':method': 'POST',
    ':path': '',
    authorization: `bearer ${await providerToken(options.key)}`,
    'apns-topic': TOPIC,
    'apns-push-type': 'background',
    'apns-priority': '5',
    'apns-expiration': String(Math.floor(Date.now() / 1000) + 86_400),
    'apns-id': '',
  };
  const sessions: ClientHttp2Session[] = [];
  for (let i = 0; i < options.connections; i++) {
    const session = http2.connect(options.origin, {
      ca: options.ca,
      maxSessionMemory: 1_000,
      settings: { enablePush: false },
    });
    session.on('error', ignore);
    await once(session, 'remoteSettings');
    sessions.push(session);
  }
  return {
    send: (count, pace) =>
      pump(count, options.streams * sessions.length, pace, (index, answered) => {
        const { token, apnsId } = devices[index % devices.length];
        headers[':path'] = `/3/device/${token}`;
        headers['apns-id'] = apnsId;
        const stream = sessions[index % sessions.length].request(headers, { endStream: false }) as Stream;
        stream[ANSWERED] = answered;
        stream.on('response', onResponse);
        stream.on('close', onClose);
        stream.on('error', ignore);
        stream.end(body);
      }),
    close: async () => sessions.forEach((session) => session.destroy()),
  };
}
