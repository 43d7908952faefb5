import { randomUUID, sign } from 'node:crypto';
import http2, { type ClientHttp2Session } from 'node:http2';
import {
  createSigningKey,
  startSimulator,
  type ProviderKey,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator';

/** A provider that makes its own tokens: what the tests have of an APNs client, with every part open to be wrong. */
export interface Provider {
  key: ProviderKey;
  token(parts?: TokenParts): string;
}

export interface TokenParts {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  encoding?: 'ieee-p1363' | 'der';
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
export const seconds = (ms: number): number => Math.floor(ms / 1_000);

export const createProvider = (overrides: Partial<ProviderKey> = {}): Provider => {
  const { privateKeyPem, publicKey } = createSigningKey();
  const key: ProviderKey = { keyId: 'KEY4567890', teamId: 'TEAM567890', publicKey, ...overrides };
  return {
    key,
    token({ header = {}, claims = {}, encoding = 'ieee-p1363' } = {}) {
      const head = encode({ alg: 'ES256', kid: key.keyId, ...header });
      const body = encode({ iss: key.teamId, iat: seconds(Date.now()), ...claims });
      const signed = Buffer.from(`${head}.${body}`);
      const signature = sign('sha256', signed, { key: privateKeyPem, dsaEncoding: encoding });
      return `${head}.${body}.${signature.toString('base64url')}`;
    },
  };
};

export const TOPIC = 'com.example.news';
export const PAYLOAD = '{"aps":{"content-available":1},"content":{"v":1}}';
/** The n-th device of a test. */
export const device = (n: number): string => `ee${n.toString(16).padStart(62, '0')}`;

export interface Reply {
  /** Null where the stream ended without an answer. */
  status: number | null;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** `reason` of a JSON body. */
  reason: string | null;
  timestamp: number | null;
  /** HTTP/2 error code of the stream; 0 is none. */
  resetCode: number;
}

export interface Attempt {
  path?: string;
  method?: string;
  /** Laid over the headers of a correct request; null takes a header away, an array repeats it. */
  headers?: Record<string, string | string[] | null>;
  body?: string | Buffer;
}

export const reasonOf = (body: string): { reason: string | null; timestamp: number | null } => {
  try {
    const { reason = null, timestamp = null } = JSON.parse(body) as { reason?: string; timestamp?: number };
    return { reason, timestamp };
  } catch {
    return { reason: null, timestamp: null };
  }
};

export interface Client {
  session: ClientHttp2Session;
  /** Sends a correct background push but for what `attempt` changes. Resolves however the stream ends. */
  send(attempt?: Attempt): Promise<Reply>;
  close(): Promise<void>;
}

/** Connects and waits for the server's first SETTINGS, as a client of APNs must. */
export const connect = async (simulator: Pick<Simulator, 'origin' | 'ca'>, providerToken: string): Promise<Client> => {
  const session = http2.connect(simulator.origin, { ca: simulator.ca });
  session.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    session.once('remoteSettings', () => resolve());
    session.once('error', reject);
  });
  return {
    session,
    send({ path = `/3/device/${device(1)}`, method = 'POST', headers = {}, body = PAYLOAD } = {}) {
      const all: Record<string, string | string[] | null> = {
        ':method': method,
        ':path': path,
        authorization: `bearer ${providerToken}`,
        'apns-id': randomUUID(),
        'apns-topic': TOPIC,
        'apns-push-type': 'background',
        'apns-priority': '5',
        'apns-expiration': String(seconds(Date.now()) + 3_600),
        ...headers,
      };
      const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
      return new Promise((resolve) => {
        const reply: Reply = { status: null, headers: {}, body: '', reason: null, timestamp: null, resetCode: 0 };
        const stream = session.request(kept as Record<string, string | string[]>);
        stream.setEncoding('utf8');
        stream.on('response', (fields) => {
          reply.status = fields[':status'] ?? null;
          reply.headers = fields;
        });
        stream.on('data', (chunk: string) => (reply.body += chunk));
        stream.on('error', () => undefined);
        stream.on('close', () => resolve({ ...reply, ...reasonOf(reply.body), resetCode: stream.rstCode ?? 0 }));
        stream.end(body);
      });
    },
    close: () =>
      new Promise((resolve) => {
        if (session.destroyed) return resolve();
        session.once('close', resolve);
        session.destroy();
      }),
  };
};

/** Starts simulators and clients and closes them all after each test. */
export const createFixture = () => {
  const open: { close(): Promise<void> }[] = [];
  return {
    /** Takes over something to close. */
    own: (each: { close(): Promise<void> }): void => void open.push(each),
    async simulate(options: SimulatorOptions = {}): Promise<Simulator> {
      const simulator = await startSimulator(options);
      open.push(simulator);
      return simulator;
    },
    async connect(simulator: Simulator, providerToken: string): Promise<Client> {
      const client = await connect(simulator, providerToken);
      open.push(client);
      return client;
    },
    async clear(): Promise<void> {
      for (const each of open.splice(0).reverse()) await each.close();
    },
  };
};
