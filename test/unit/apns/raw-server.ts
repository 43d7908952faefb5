import tls, { type TLSSocket } from 'node:tls';
import { createAuthority, createServerCertificate } from '../../simulator';
import { settings } from './http2/peer';
import { listen } from './servers';

/** An HTTP/2 server that a test plays by hand: what it gets it keeps, and it says what it is told to. */
export interface RawServer {
  origin: string;
  ca: string;
  /** Sockets in the order they came. */
  readonly sockets: TLSSocket[];
  /** All bytes of all of them. */
  readonly received: Buffer[];
}

/** @param hello what each socket is told first; by default SETTINGS that allow 100 streams */
export async function startRaw(hello: Buffer = settings([3, 100])): Promise<RawServer> {
  const authority = createAuthority();
  const { certificatePem, privateKeyPem } = createServerCertificate(authority);
  const sockets: TLSSocket[] = [];
  const received: Buffer[] = [];
  const server = tls.createServer({ key: privateKeyPem, cert: certificatePem, ALPNProtocols: ['h2'] }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => received.push(bytes));
    socket.write(hello);
  });
  server.on('tlsClientError', () => undefined);
  return { origin: `https://localhost:${await listen(server)}`, ca: authority.certificatePem, sockets, received };
}
