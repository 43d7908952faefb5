import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import { createBehaviourBook, type Behaviour } from './behaviour';
import { createAuthority, createServerCertificate, type Authority, type CertificateKind } from './certificates';
import { createConnection, type Connection } from './connection';
import { serveRequests } from './exchange';
import { serveFast } from './fast';
import { createRequestLog, type LogEntry, type Summary } from './log';
import { createTokenVerifier, type Environment, type ProviderKey } from './provider-token';

/** Apple allows, as seen in 2021 and 2026, so many streams once a valid provider token was seen. */
const DEFAULT_STREAMS = 1_000;

export interface SimulatorOptions {
  /** Loopback only. 0, the default, takes a free one. */
  port?: number;
  /** The provider keys that exist. */
  keys?: ProviderKey[];
  /** The topics that exist; by default every well-formed one does. */
  topics?: string[];
  /** `production` by default; `sandbox` answers with `apns-unique-id`, as Apple's does. */
  environment?: Environment;
  /** Stream limit once a valid provider token was seen. */
  streams?: number;
  /** Whether a rejection lowers the limit to one stream until the next acceptance, as was seen at Apple. */
  narrowOnRejection?: boolean;
  /** Milliseconds from each request to its answer. */
  latencyMs?: number;
  /** The simulator's clock, ms since the epoch; only rules and the log look at it. */
  now?: () => number;
  /** Answers 200 to everything and counts; no rules, no log, no behaviours. */
  fast?: boolean;
  /** Fast mode: who is behind each device. `key` is the same for the same device; `payload` is good during the call. */
  onPush?: (key: string, payload: Buffer) => void;
  /** Who signs the server's certificate; give the same one again and clients of an earlier simulator trust this one. */
  authority?: Authority;
  certificate?: CertificateKind;
  /** HTTP/2 INITIAL_WINDOW_SIZE: how many body bytes a client may send before the simulator says go on. */
  initialWindowBytes?: number;
  /** `refuse`: every TLS handshake fails. */
  tls?: 'refuse';
}

/** An APNs for your desk. */
export interface Simulator {
  /** `https://localhost:<port>` */
  readonly origin: string;
  readonly port: number;
  /** PEM of the authority to trust. Of no use, on purpose, where the certificate is one to refuse. */
  readonly ca: string;
  readonly authority: Authority;
  /** Every request taken, oldest first. */
  readonly log: readonly LogEntry[];
  /** Requests that by HTTP/2's rules were never processed: refused, or above a GOAWAY's last stream. */
  readonly refused: readonly LogEntry[];
  /** Connections open now. */
  readonly openConnections: number;
  /** Adds a behaviour; returns what takes it back. */
  behave(behaviour: Behaviour): () => void;
  /** Says which topic a device token was given out for; other topics get `DeviceTokenNotForTopic`. */
  giveOut(token: string, topic: string): void;
  /** Valid pushes per device token, lower-case hex. */
  accepted(): Map<string, number>;
  summary(): Summary;
  /** Forgets requests, counters and behaviours. Connections stay. */
  clear(): void;
  /** Stops listening and destroys every socket. */
  close(): Promise<void>;
}

/** Starts a simulator of APNs on loopback: HTTP/2 over TLS, Apple's rules, and misbehaviour on request. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { streams = DEFAULT_STREAMS, latencyMs = 0, environment = 'production', now = Date.now } = options;
  const authority = options.authority ?? createAuthority();
  const certificate = createServerCertificate(authority, options.certificate);
  const log = createRequestLog();
  const behaviours = createBehaviourBook();
  const topicOf = new Map<string, string>();
  // What Apple's servers have been seen to announce (jchambers/pushy#356).
  const settings = {
    headerTableSize: 4_096,
    initialWindowSize: options.initialWindowBytes ?? 65_535,
    maxFrameSize: 16_384,
    maxHeaderListSize: 8_000,
  };
  const context = {
    log,
    behaviours,
    verifyToken: createTokenVerifier(options.keys ?? []),
    environment,
    topics: options.topics && new Set(options.topics),
    topicOf: (token: string) => topicOf.get(token),
    streams,
    narrowOnRejection: options.narrowOnRejection ?? false,
    latencyMs,
    now,
  };

  const sockets = new Set<Socket>();
  const connections = new Set<Connection>();
  let opened = 0;

  const server = tls.createServer(
    {
      key: certificate.privateKeyPem,
      cert: certificate.certificatePem,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2'],
      noDelay: true,
    },
    (socket) => {
      log.connected();
      socket.on('error', () => undefined); // a client that goes away is no error of ours
      if (options.fast) {
        serveFast(socket, { log, streams, latencyMs, onPush: options.onPush });
        return;
      }
      const connection = createConnection(++opened, socket, { log, settings });
      connections.add(connection);
      socket.on('close', () => connections.delete(connection));
      serveRequests(connection, context);
    },
  );
  server.on('tlsClientError', () => undefined); // a client that does not trust us
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (options.tls === 'refuse') socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;

  return {
    origin: `https://localhost:${port}`,
    port,
    ca: authority.certificatePem,
    authority,
    log: log.entries,
    refused: log.refused,
    get openConnections() {
      return sockets.size;
    },
    behave(behaviour) {
      if (!behaviour.now) return behaviours.add(behaviour, opened);
      for (const connection of connections) connection.suffer(behaviour);
      return () => undefined;
    },
    giveOut: (token, topic) => void topicOf.set(token.toLowerCase(), topic),
    accepted: () => log.accepted(),
    summary: () => log.summary(),
    clear() {
      log.clear();
      behaviours.clear();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.destroy();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
