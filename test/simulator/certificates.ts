import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, explicit, implicit, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './der';

/** A certificate authority; plain text, so that it can be handed to another process and used again after a restart. */
export interface Authority {
  certificatePem: string;
  privateKeyPem: string;
}

/** What a TLS server needs. */
export interface ServerCertificate {
  certificatePem: string;
  privateKeyPem: string;
}

/** What is wrong with a server's certificate, if anything. `unknown-authority` is signed by one that nobody trusts. */
export type CertificateKind = 'good' | 'expired' | 'wrong-host' | 'unknown-authority';

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

const createKeyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

const named = (commonName: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));
const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(spki(key)).digest();
const extension = (id: string, value: Buffer, critical = false): Buffer =>
  critical ? sequence(oid(id), yes(), octets(value)) : sequence(oid(id), octets(value));

/** `2001:db8::1` → its 16 bytes, `127.0.0.1` → its 4. */
const addressBytes = (address: string): Buffer => {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
};

const alternativeName = (name: string): Buffer =>
  isIP(name) === 0 ? implicit(2, Buffer.from(name, 'latin1')) : implicit(7, addressBytes(name));

interface Draft {
  subject: string;
  publicKey: KeyObject;
  issuer: string;
  issuerPublicKey: KeyObject;
  issuerPrivateKey: KeyObject;
  validFrom: Date;
  validTo: Date;
  extensions: Buffer[];
}

/** An X.509 v3 certificate (RFC 5280 §4.1), signed with ECDSA and SHA-256, as PEM. */
const issue = (draft: Draft): string => {
  const toBeSigned = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    named(draft.issuer),
    sequence(time(draft.validFrom), time(draft.validTo)),
    named(draft.subject),
    spki(draft.publicKey),
    explicit(
      3,
      sequence(
        ...draft.extensions,
        extension('2.5.29.14', octets(keyIdentifier(draft.publicKey))),
        extension('2.5.29.35', sequence(implicit(0, keyIdentifier(draft.issuerPublicKey)))),
      ),
    ),
  );
  return pem(sequence(toBeSigned, ECDSA_WITH_SHA256, bits(sign('sha256', toBeSigned, draft.issuerPrivateKey))));
};

/** A new certificate authority, valid from yesterday for ten years. */
export const createAuthority = (commonName = 'APNs simulator authority'): Authority => {
  const { publicKey, privateKey } = createKeyPair();
  const certificatePem = issue({
    subject: commonName,
    publicKey,
    issuer: commonName,
    issuerPublicKey: publicKey,
    issuerPrivateKey: privateKey,
    validFrom: new Date(Date.now() - DAY_MS),
    validTo: new Date(Date.now() + 3_650 * DAY_MS),
    extensions: [
      extension('2.5.29.19', sequence(yes()), true), // basicConstraints: an authority
      extension('2.5.29.15', bits(Uint8Array.of(0b0000_0110), 1), true), // keyUsage: keyCertSign, cRLSign
    ],
  });
  return { certificatePem, privateKeyPem: pkcs8(privateKey) };
};

/**
 * A server certificate for `localhost`, `127.0.0.1` and `::1`, or one that a client must refuse.
 *
 * @param authority who signs it; a stranger does when `kind` is `unknown-authority`
 */
export const createServerCertificate = (authority: Authority, kind: CertificateKind = 'good'): ServerCertificate => {
  const signer = kind === 'unknown-authority' ? createAuthority('Somebody else') : authority;
  const issuer = new X509Certificate(signer.certificatePem);
  const { publicKey, privateKey } = createKeyPair();
  const names = kind === 'wrong-host' ? ['apns.example.invalid'] : LOOPBACK_NAMES;
  const validTo = kind === 'expired' ? Date.now() - 60_000 : Date.now() + 365 * DAY_MS;
  const certificatePem = issue({
    subject: names[0] ?? 'localhost',
    publicKey,
    issuer: issuer.subject.replace(/^CN=/, ''),
    issuerPublicKey: createPublicKey(signer.certificatePem),
    issuerPrivateKey: createPrivateKey(signer.privateKeyPem),
    validFrom: new Date(Date.now() - DAY_MS),
    validTo: new Date(validTo),
    extensions: [
      extension('2.5.29.15', bits(Uint8Array.of(0b1000_0000), 7), true), // keyUsage: digitalSignature
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
      extension('2.5.29.17', tagged(0x30, ...names.map(alternativeName))), // subjectAltName
    ],
  });
  return { certificatePem, privateKeyPem: pkcs8(privateKey) };
};

/** A provider key as the developer account hands it out: the private half like a `.p8` file, the public half for the simulator. */
export const createSigningKey = (): { privateKeyPem: string; publicKey: string } => {
  const { publicKey, privateKey } = createKeyPair();
  return {
    privateKeyPem: pkcs8(privateKey),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
