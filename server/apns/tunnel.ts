import type { Socket } from 'node:net';
import { unescape } from 'node:querystring';
import { Client } from 'undici';
import { ConnectError, explainSocketError } from './connect-error';

/** An HTTP proxy that makes tunnels by CONNECT. */
export interface Proxy {
  /** `http://proxy.example:3128` */
  readonly origin: string;
  /** `proxy.example:3128`, for messages. */
  readonly where: string;
  /** The value of `proxy-authorization`. Never logged. */
  readonly authorization: string | null;
}

export interface Tunnel {
  readonly socket: Socket;
  /** To be called when the socket is closed or not wanted. */
  release(): void;
}

/**
 * @param url `http://proxy.example:3128`, with `user:password@` where the proxy asks for it
 * @returns null when it is no such URL
 */
export function parseProxy(url: string): Proxy | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) return null;
  const { username, password, origin } = parsed;
  const port = parsed.port || (parsed.protocol === 'https:' ? '443' : '80');
  // Unlike decodeURIComponent, it takes a `%` that escapes nothing for what it is.
  const login = `${unescape(username)}:${unescape(password)}`;
  return {
    origin,
    where: `${parsed.hostname}:${port}`,
    authorization: username === '' ? null : `Basic ${Buffer.from(login).toString('base64')}`,
  };
}

/**
 * Asks the proxy for a tunnel.
 *
 * @param destination host and port
 * @throws ConnectError
 */
export async function openTunnel(proxy: Proxy, destination: string, signal: AbortSignal): Promise<Tunnel> {
  const client = new Client(proxy.origin, { connect: { timeout: 0 } });
  const release = () => void client.destroy().catch(() => undefined);
  try {
    const { statusCode, socket } = await client.connect({
      path: destination,
      headers: {
        host: destination,
        ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }),
      },
      signal,
    });
    // undici takes any answer for a tunnel.
    if (statusCode !== 200) {
      socket.on('error', () => undefined).destroy();
      throw refusal(proxy, statusCode, destination);
    }
    return { socket: socket as Socket, release };
  } catch (error) {
    release();
    if (error instanceof ConnectError) throw error;
    const { message } = explainSocketError(error, `The proxy ${proxy.where}`);
    throw new ConnectError('proxy-unreachable', message);
  }
}

function refusal(proxy: Proxy, statusCode: number, destination: string): ConnectError {
  if (statusCode === 407) {
    const what =
      proxy.authorization === null ? 'asks for a user name and password' : 'does not accept user name and password';
    return new ConnectError('proxy-authentication', `The proxy ${proxy.where} ${what} (HTTP 407).`);
  }
  return new ConnectError(
    'proxy-refused',
    `The proxy ${proxy.where} does not let this server through to ${destination} (HTTP ${statusCode}).`,
  );
}
