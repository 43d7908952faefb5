import fc from 'fast-check';
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
    ['with spaces for line breaks', pem.replaceAll('\n', ' ')],
    ['without any line break', pem.replaceAll('\n', '')],
    ['without any white space', pem.replaceAll(/\s/g, '')],
    ['in quotes', `"${pem.trim()}"`],
    ['in single quotes, with literal \\n', `'${pem.replaceAll('\n', '\\n')}'`],
    ['with \\n escaped twice', pem.replaceAll('\n', '\\\\n')],
    ['with the backslashes of a shell at each line’s end', pem.replaceAll('\n', '\\\n')],
    ['indented, as in YAML', pem.replaceAll(/^/gm, '    ')],
    ['with carriage returns only', pem.replaceAll('\n', '\r')],
    ['with blank lines that hold tabs', pem.replaceAll('\n', '\n\t\n')],
    ['with a byte-order mark', `\ufeff${pem}`],
    ['with the dashes of a word processor', pem.replaceAll('-----', '\u2014\u2014-')],
    ['as UTF-16 that was read as UTF-8', Buffer.from(`\ufeff${pem}`, 'utf16le').toString('utf8')],
    ['as base64 of the PEM with a byte-order mark', Buffer.from(`\ufeff${pem}`).toString('base64')],
    ['as base64 of UTF-16', Buffer.from(`\ufeff${pem}`, 'utf16le').toString('base64')],
    ['as base64 of the PEM, twice', Buffer.from(Buffer.from(pem).toString('base64')).toString('base64')],
    ['as base64 of the DER, twice', Buffer.from(der.toString('base64')).toString('base64')],
    ['as base64 in quotes', `"${Buffer.from(pem).toString('base64')}"`],
    ['with the label of another form', pem.replaceAll('PRIVATE KEY', 'EC PRIVATE KEY')],
    [
      'as openssl ecparam writes it, after its parameters',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${privateKey.export({ type: 'sec1', format: 'pem' }).toString()}`,
    ],
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
    ['nothing', '', /this is empty/],
    ['some text', 'correct horse battery staple!', /neither PEM.* nor base64/],
    ['base64 of nothing much', Buffer.from('hello world').toString('base64'), /this is base64, but not of a key/],
    ['the name of the file', 'AuthKey_ABC123DEFG.p8', /this is the name of a file/],
    ['a path', '/run/secrets/AuthKey_ABC123DEFG.p8', /this is the name of a file/],
    ['a key cut short', pem.slice(0, 120), /its last line, which begins with "-----END", is missing/],
    ['a key without its first line', pem.slice(28), /its first line, which begins with "-----BEGIN", is missing/],
    ['a key with a line missing', pem.replace(/\n.+\n(-----END)/, '\n$1'), /a part of it is missing/],
    ['base64 cut short', der.toString('base64').slice(0, 100), /a part of it is missing/],
    ['a key with dots for what is secret', pem.replace(/.{20}\n(-----END)/, '…\n$1'), /a character that no key has/],
    [
      'two lines with nothing between',
      pem.replace(/KEY-----[^-]+-----END/, 'KEY-----\n-----END'),
      /nothing stands between/,
    ],
    [
      'a key of SSH',
      pem.replaceAll('PRIVATE', 'OPENSSH PRIVATE').replace(/\n[^-]+\n/, '\nb3BlbnNzaC1rZXktdjE=\n'),
      /not of a kind/,
    ],
    ['an encrypted key', encrypted('pkcs8'), /must not be encrypted/],
    ['an encrypted key of the old kind', encrypted('sec1'), /must not be encrypted/],
    ['base64 of an encrypted key', derOf(encrypted('pkcs8')), /must not be encrypted/],
    [
      'an encrypted key with the label of a plain one',
      encrypted('pkcs8').replaceAll('ENCRYPTED ', ''),
      /must not be encrypted/,
    ],
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

describe('a provider key, however its white space, quotes and escapes were mangled,', () => {
  it('is read', () => {
    const breaks = fc.constantFrom('\n', '\r\n', '\r', '\\n', '\\\\n', ' ', '\n\t\n', '\n    ', ' \\\n', '');
    const wraps = [
      (text: string) => text,
      (text: string) => `"${text}"`,
      (text: string) => `\ufeff${text}`,
      (text: string) => Buffer.from(text).toString('base64'),
      (text: string) => ` '${Buffer.from(text).toString('base64url')}' `,
    ];
    const inner = fc.constantFrom(...wraps, (text: string) => `APNS_KEY: |\n  ${text}`);
    const outer = fc.constantFrom(...wraps);
    fc.assert(
      fc.property(fc.array(breaks, { minLength: 5, maxLength: 5 }), inner, outer, (between, wrap, wrapAgain) => {
        const lines = pem.trim().split('\n');
        const text = lines.map((line, index) => line + (between[index] ?? '')).join('');
        expect(parseKey(wrapAgain(wrap(text))).equals(privateKey)).toBe(true);
      }),
    );
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
