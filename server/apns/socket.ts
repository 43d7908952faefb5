import { readFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import tls, { type SecureContext, type TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { ConnectError, explainSocketError } from './connect-error';
import { openTunnel, parseProxy, type Proxy } from './tunnel';

/** Where the connections of one client go, and how. */
export interface Target {
  /** `api.push.apple.com:443`, for messages. */
  readonly where: string;
  readonly hostname: string;
  readonly port: number;
  readonly proxy: Proxy | null;
  readonly secureContext: SecureContext;
}

/** Node waits 250 ms for an address before it tries the next, which is less than a slow network's round trip. */
const NEXT_ADDRESS_AFTER_MS = 1_000;

/**
 * @param origin `https://host` or `https://host:port`
 * @param ca PEM of an authority to trust besides Node's own list, or null
 * @param proxy URL of an HTTP proxy, or null
 * @throws TypeError when one of them is no such thing
 */
export function createTarget({
  origin,
  ca,
  proxy,
}: {
  origin: string;
  ca: string | null;
  proxy: string | null;
}): Target {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url?.protocol !== 'https:') throw new TypeError(`The origin (${origin}) must be an https URL.`);
  const port = Number(url.port || 443);
  return {
    where: `${url.hostname}:${port}`,
    // An IPv6 address stands in brackets in a URL only.
    hostname: url.hostname.replace(/^\[(.+)\]$/, '$1'),
    port,
    proxy: proxy === null ? null : parseProxy(proxy),
    secureContext: createTrust(ca),
  };
}

/**
 * Whom connections trust: Node's own list and, if given, one more authority.
 * Made once for each client: it reads about 140 certificates.
 */
function createTrust(ca: string | null): SecureContext {
  // `ca` replaces Node's list and what NODE_EXTRA_CA_CERTS adds to it: put both back.
  const all = ca === null ? undefined : [...tls.rootCertificates, ...extraCertificates(), ca];
  return tls.createSecureContext({ ca: all, minVersion: 'TLSv1.2' });
}

function extraCertificates(): string[] {
  const path = process.env.NODE_EXTRA_CA_CERTS;
  if (!path) return [];
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return []; // Node itself has warned of it at its start, and goes on.
  }
}

/**
 * Opens a TLS socket on which the server has agreed to speak HTTP/2.
 *
 * @param signal destroys the socket, however far it is
 * @throws ConnectError
 */
export async function openSocket(target: Target, signal: AbortSignal): Promise<TLSSocket> {
  const { where, proxy } = target;
  const tunnel = proxy && (await openTunnel(proxy, where, signal));
  try {
    const socket = await connectTls(target, signal, tunnel?.socket);
    if (tunnel) socket.once('close', tunnel.release);
    if (socket.alpnProtocol === 'h2') return socket;
    socket.destroy();
    throw new ConnectError('not-http2', `${where} does not speak HTTP/2 as APNs does. Check apns.origin.`);
  } catch (error) {
    tunnel?.release();
    throw explainSocketError(error, where);
  }
}

function connectTls(
  { hostname, port, secureContext }: Target,
  signal: AbortSignal,
  tunnel?: Socket,
): Promise<TLSSocket> {
  const connect = buildConnector({
    allowH2: true,
    timeout: 0, // the connection has one clock for everything up to the server's SETTINGS
    signal,
    secureContext,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
  });
  return new Promise((resolve, reject) => {
    connect(
      {
        hostname,
        host: hostname,
        protocol: 'https:',
        port: String(port),
        // RFC 6066: an address is no server name.
        servername: isIP(hostname) === 0 ? hostname : '',
        httpSocket: tunnel,
      },
      (error, socket) => {
        if (error) reject(error);
        else resolve(socket as TLSSocket);
      },
    );
  });
}
