import { createBackOff } from './back-off';
import type { ApnsClient, ClientState, Push } from './client-types';
import { ConnectError } from './connect-error';
import type { Exchange, Goaway } from './connection';
import type { ApnsCredential } from './credential';
import { createNotifier, type ApnsEvent } from './events';
import { createNodeHttp2Connect } from './node-http2';
import type { Outcome } from './outcome';
import { createPool } from './pool';
import { createProviderToken } from './provider-token';
import { createTrust, type Target } from './socket';
import { parseProxy } from './tunnel';

export interface ApnsClientOptions {
  /** `https://api.push.apple.com`, also with a port: Apple's other one is 2197. */
  origin: string;
  /** PEM of a certificate authority to trust besides Node's own list, or null. */
  ca: string | null;
  credential: ApnsCredential;
  /** Most connections at once. */
  connections: number;
  /** Most pushes in flight on one connection. */
  streams: number;
  requestTimeoutMs: number;
  /** URL of an HTTP proxy that makes tunnels (CONNECT), also with `user:password@`; or null. */
  proxy: string | null;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Between 0 and 1. */
  random?: () => number;
  /** A connection that carried nothing for so long is closed. */
  idleMs?: number;
  /** Silence after which a server is asked whether it is there. */
  pingMs?: number;
  /** For TCP, TLS and the server's SETTINGS together. */
  connectTimeoutMs?: number;
  /** Between attempts to connect. */
  backOff?: { firstMs: number; longestMs: number };
  /** For metrics. What it throws is ignored. */
  onEvent?: (event: ApnsEvent) => void;
}
