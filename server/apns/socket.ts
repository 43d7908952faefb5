import { readFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import tls, { type SecureContext, type TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { ConnectError, explainSocketError } from './connect-error';
import { openTunnel, parseProxy, type Proxy } from './tunnel';

/** Where the connections of one client go, and how. */
export interface Target {
  /** `api.push.apple.com:443` */
  readonly where: string;
  /** The same for messages, with the proxy, if there is one: what fails on the way may be its fault. */
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  readonly proxy: Proxy | null;
  /** Why it cannot be reached, whatever the network does; null: it can. */
  readonly fault: ConnectError | null;
  readonly secureContext: SecureContext;
}

const NO_PROXY = 'The proxy in server.proxy is no URL such as http://proxy.example:3128.';

/** Node waits 250 ms for an address before it tries the next, which is less than a slow network's round trip. */
const NEXT_ADDRESS_AFTER_MS = 1_000;

/**
 * @param origin `https://host` or `https://host:port`
 * @param ca PEM of an authority to trust besides Node's own list, or null
 * @param proxy URL of an HTTP proxy, or null; that it is none shows when a connection is made
 * @throws TypeError when the origin is no such thing
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
  const where = `${url.hostname}:${port}`;
  const parsedProxy = proxy === null ? null : parseProxy(proxy);
  return {
    where,
    name: parsedProxy ? `${where} (through the proxy ${parsedProxy.where})` : where,
    // An IPv6 address stands in brackets in a URL only.
    hostname: url.hostname.replace(/^\[(.+)\]$/, '$1'),
    port,
    proxy: parsedProxy,
    fault: proxy !== null && parsedProxy === null ? new ConnectError('proxy-invalid', NO_PROXY) : null,
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
 * @param tunnelled called when the proxy, if there is one, has done its part
 * @throws ConnectError
 */
export async function openSocket(target: Target, signal: AbortSignal, tunnelled: () => void): Promise<TLSSocket> {
  const { where, name, proxy, fault } = target;
  if (fault) throw fault;
  const tunnel = proxy && (await openTunnel(proxy, where, signal));
  tunnelled();
  try {
    const socket = await connectTls(target, signal, tunnel?.socket);
    if (tunnel) socket.once('close', tunnel.release);
    if (socket.alpnProtocol === 'h2') return socket;
    socket.destroy();
    throw new ConnectError('not-http2', `${name} does not speak HTTP/2 as APNs does. Check apns.origin.`);
  } catch (error) {
    tunnel?.release();
    throw explainSocketError(error, name);
  }
}

/** That the time for connecting is over, and whose silence that is. */
export function connectTimeout({ name, proxy }: Target, isTunnelled: boolean): ConnectError {
  if (proxy && !isTunnelled) {
    const message = `The proxy ${proxy.where} did not answer in time. Check that it is the right one and runs, and the firewall.`;
    return new ConnectError('proxy-unreachable', message);
  }
  const message = `${name} did not answer in time. Check that the firewall lets this server out to it.`;
  return new ConnectError('timeout', message);
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
