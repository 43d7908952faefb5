import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { createAuthority, createServerCertificate } from '../../simulator';
import { closeLater } from './lane';

const portOf = (server: net.Server): number => (server.address() as AddressInfo).port;

export async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return portOf(server);
}

/** A TLS server that speaks what it is told to, by a protocol list; it says nothing beyond TLS. */
export async function startTls(ALPNProtocols: string[] | undefined): Promise<{ origin: string; ca: string }> {
  const authority = createAuthority();
  const { certificatePem, privateKeyPem } = createServerCertificate(authority);
  const server = tls.createServer({ key: privateKeyPem, cert: certificatePem, ALPNProtocols });
  server.on('tlsClientError', () => undefined);
  return { origin: `https://localhost:${await listen(server)}`, ca: authority.certificatePem };
}

/** A TCP server that never says anything. */
export async function startSilent(): Promise<string> {
  return `https://localhost:${await listen(net.createServer())}`;
}

export interface TestProxy {
  url: string;
  host: string;
  /** Destinations asked for, with the login that was given. */
  readonly asked: { destination: string; login: string | null }[];
  /** Answers everybody with this status from now on; null: as it began. */
  refuse(status: number | null): void;
}

/** An HTTP proxy that makes tunnels; with a login, only for those who give it; with a status, for nobody. */
export async function startProxy({ login, status }: { login?: string; status?: number } = {}): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  let refused: number | null = null;
  const server = http.createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket: net.Socket, head) => {
    socket.on('error', () => undefined);
    const basic = /^Basic (.+)$/.exec(request.headers['proxy-authorization'] ?? '')?.[1];
    const given = basic === undefined ? null : Buffer.from(basic, 'base64').toString();
    asked.push({ destination: request.url ?? '', login: given });
    const refusal = refused ?? status ?? (login !== undefined && given !== login ? 407 : undefined);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [, host, port] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? [];
    const upstream = net.connect({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) }, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  const host = `127.0.0.1:${await listen(server)}`;
  return { url: `http://${host}`, host, asked, refuse: (next) => void (refused = next) };
}
