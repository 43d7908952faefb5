import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { checkKeyId, checkTeamId, parseKey } from '../../../server/apns';
import { createAuthority } from '../../simulator';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const der = privateKey.export({ type: 'pkcs8', format: 'der' });
const certificate = createAuthority().certificatePem;
const derOf = (text: string) => text.replaceAll(/-----[^-]+-----|\s/g, '');

describe('a provider key', () => {
  it.each([
    ['as the .p8 file has it', pem],
    ['without the last line break', pem.trim()],
    ['with Windows line breaks', pem.replaceAll('\n', '\r\n')],
    ['with literal \\n, as environment variables have it', pem.replaceAll('\n', '\\n')],
    ['with literal \\r\\n', pem.replaceAll('\n', '\\r\\n')],
    ['with text around it', `My key:\n${pem}\n`],
    ['as base64 of the PEM', Buffer.from(pem).toString('base64')],
    [
      'as base64 of the PEM, wrapped',
      (
        Buffer.from(pem)
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join('\n'),
    ],
    ['as base64url of the PEM', Buffer.from(pem).toString('base64url')],
    ['as base64 of the DER', der.toString('base64')],
    ['as base64url of the DER', der.toString('base64url')],
    ['as SEC1 PEM', privateKey.export({ type: 'sec1', format: 'pem' }).toString()],
    ['as base64 of SEC1 DER', privateKey.export({ type: 'sec1', format: 'der' }).toString('base64')],
  ])('is read %s', (_, source) => {
    expect(parseKey(source).equals(privateKey)).toBe(true);
  });

  const encrypted = (type: 'pkcs8' | 'sec1') =>
    privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }).toString();
  const pkcs8Of = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it.each([
    ['nothing', '', /not a key that can be read/],
    ['some text', 'correct horse battery staple', /not a key that can be read/],
    ['base64 of nothing much', Buffer.from('hello world').toString('base64'), /not a key that can be read/],
    ['a key cut short', pem.slice(0, 120), /not a key that can be read/],
    ['an encrypted key', encrypted('pkcs8'), /must not be encrypted/],
    ['an encrypted key of the old kind', encrypted('sec1'), /must not be encrypted/],
    ['base64 of an encrypted key', derOf(encrypted('pkcs8')), /must not be encrypted/],
    ['an RSA key', pkcs8Of(rsa), /must be an EC key, not rsa/],
    ['an Ed25519 key', pkcs8Of(ed25519), /must be an EC key, not ed25519/],
    ['a key on another curve', pkcs8Of(p384), /must be on the curve P-256, not secp384r1/],
    ['the public key', publicPem, /must be a private key, not a public key/],
    ['base64 of the public key', derOf(publicPem), /must be a private key, not a public key/],
    ['a certificate', certificate, /must be a private key, not a certificate/],
    ['base64 of a certificate', derOf(certificate), /must be a private key, not a certificate/],
  ])('is not %s, and the message says so without a word of it', (_, source, message) => {
    expect(() => parseKey(source)).toThrow(message);
    const secrets = source
      .split(/[^A-Za-z0-9+/=]/)
      .filter((part) => part.length >= 12 && !/^-+|BEGIN|PRIVATE/.test(part));
    try {
      parseKey(source);
    } catch (error) {
      for (const secret of secrets) expect(String((error as Error).stack)).not.toContain(secret);
      expect((error as Error).message).toMatch(/^must /);
      expect((error as Error).cause).toBeUndefined();
    }
  });
});

describe('key id and team id', () => {
  it.each(['ABC123DEFG', '0123456789'])('may be %s', (id) => {
    expect(checkKeyId(id)).toBe(id);
    expect(checkTeamId(id)).toBe(id);
  });

  it.each(['', 'ABC123DEF', 'ABC123DEFGH', 'abc123defg', 'ABC 123DEF', 'ABC123DEF\n', 'ÄBC123DEFG'])(
    'may not be %j',
    (id) => {
      expect(() => checkKeyId(id)).toThrow(/^must be exactly 10 characters/);
      expect(() => checkTeamId(id)).toThrow(/^must be exactly 10 characters/);
    },
  );
});
