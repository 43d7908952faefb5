import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { createAuthority, createServerCertificate, createSigningKey, type Simulator } from '../../simulator';
import { createFixture, createProvider } from './client';

const fixture = createFixture();
afterEach(() => fixture.clear());

interface Handshake {
  authorized: boolean;
  alpn: string | false | null;
  protocol: string | null;
}

const handshake = (simulator: Simulator, options: tls.ConnectionOptions = {}): Promise<Handshake> =>
  new Promise((resolve, reject) => {
    const socket = tls.connect(
      {
        port: simulator.port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: simulator.ca,
        ALPNProtocols: ['h2'],
        ...options,
      },
      () => {
        resolve({ authorized: socket.authorized, alpn: socket.alpnProtocol, protocol: socket.getProtocol() });
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });

describe('the server certificate', () => {
  it('is one that a client who trusts the authority accepts, on HTTP/2', async () => {
    const simulator = await fixture.simulate();
    expect(await handshake(simulator)).toEqual({ authorized: true, alpn: 'h2', protocol: 'TLSv1.3' });
  });

  it('is good for TLS 1.2', async () => {
    const simulator = await fixture.simulate();
    expect(await handshake(simulator, { maxVersion: 'TLSv1.2' })).toMatchObject({
      authorized: true,
      protocol: 'TLSv1.2',
    });
  });

  it('names localhost and both loopback addresses', () => {
    const authority = createAuthority();
    const certificate = new X509Certificate(createServerCertificate(authority).certificatePem);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.checkIssued(new X509Certificate(authority.certificatePem))).toBe(true);
    expect(certificate.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
    expect(new X509Certificate(authority.certificatePem).ca).toBe(true);
  });

  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['unknown-authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)('that is %s is refused with %s', async (certificate, code) => {
    const simulator = await fixture.simulate({ certificate });
    await expect(handshake(simulator)).rejects.toMatchObject({ code });
  });

  it('of a client that does not know the authority is refused', async () => {
    const simulator = await fixture.simulate();
    await expect(handshake(simulator, { ca: createAuthority().certificatePem })).rejects.toThrow();
  });

  it('is trusted after a restart when the authority is the same', async () => {
    const authority = createAuthority();
    const first = await fixture.simulate({ authority });
    const { ca, port } = first;
    await first.close();
    const second = await fixture.simulate({ authority, port });
    expect(second.port).toBe(port);
    expect(await handshake(second, { ca })).toMatchObject({ authorized: true });
  });
});

it('speaks nothing but HTTP/2', async () => {
  const simulator = await fixture.simulate();
  await expect(handshake(simulator, { ALPNProtocols: ['http/1.1'] })).rejects.toThrow(/no application protocol/i);
});

it('refuses TLS when it is told to', async () => {
  const simulator = await fixture.simulate({ tls: 'refuse' });
  await expect(handshake(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('makes provider keys in the form of a .p8 file', () => {
  const { privateKeyPem, publicKey } = createSigningKey();
  expect(privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  expect(createProvider().token().split('.')).toHaveLength(3);
});
