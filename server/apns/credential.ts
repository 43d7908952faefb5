import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What provider tokens are signed with: one key of one team. */
export interface ApnsCredential {
  /** Private, EC P-256. Never logged. */
  key: KeyObject;
  keyId: string;
  teamId: string;
}

const WANTED = 'the .p8 file from the developer account (PKCS#8, EC P-256)';
const PEM_LABEL = /-----BEGIN ([A-Z0-9 ]+)-----/;
const DER_KINDS: readonly { label: string; read: (pem: string) => unknown }[] = [
  { label: 'PRIVATE KEY', read: createPrivateKey },
  { label: 'EC PRIVATE KEY', read: createPrivateKey },
  { label: 'ENCRYPTED PRIVATE KEY', read: createPrivateKey },
  { label: 'PUBLIC KEY', read: createPublicKey },
  { label: 'CERTIFICATE', read: createPublicKey },
];
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Reads a provider key.
 *
 * @param source the text of the `.p8` file, also with literal `\n` as environment variables carry it, or base64 of
 *   that text or of its DER
 * @throws Error whose message completes "The key … "; it never holds a part of the key
 */
export function parseKey(source: string): KeyObject {
  const pem = toPem(source);
  const label = PEM_LABEL.exec(pem)?.[1] ?? '';
  if (label.includes('CERTIFICATE')) throw new Error(`must be a private key, not a certificate: ${WANTED}`);
  if (label.includes('PUBLIC KEY')) throw new Error(`must be a private key, not a public key: ${WANTED}`);
  if (label.startsWith('ENCRYPTED') || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    throw new Error(`must not be encrypted with a password: ${WANTED}`);
  }
  const key = readPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ec') {
    throw new Error(`must be an EC key, not ${key.asymmetricKeyType ?? 'another'}: ${WANTED}`);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== 'prime256v1') throw new Error(`must be on the curve P-256, not ${curve ?? 'another'}: ${WANTED}`);
  return key;
}

/**
 * @returns the key id
 * @throws Error whose message completes "The key id … "
 */
export function checkKeyId(text: string): string {
  return checkId(text, 'as in the name of the file, AuthKey_<key id>.p8');
}

/**
 * @returns the team id
 * @throws Error whose message completes "The team id … "
 */
export function checkTeamId(text: string): string {
  return checkId(text, 'as shown under Membership in the developer account');
}

function checkId(text: string, where: string): string {
  if (/^[A-Z0-9]{10}$/.test(text)) return text;
  throw new Error(`must be exactly 10 characters of A–Z and 0–9, ${where}`);
}

/** @returns PEM, or '' where there is none to be found */
function toPem(source: string): string {
  const text = source.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  if (PEM_LABEL.test(text)) return text;
  const compact = text.replaceAll(/\s+/g, '');
  if (!BASE64.test(compact)) return '';
  const bytes = Buffer.from(compact, 'base64');
  const decoded = bytes.toString('latin1');
  if (PEM_LABEL.test(decoded)) return toPem(decoded);
  return derToPem(bytes);
}

/** Without one, Node names the first; a passphrase that OpenSSL itself would ask for, the second. */
const NEEDS_PASSPHRASE = new Set(['ERR_MISSING_PASSPHRASE', 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED']);

/** Which kind of DER it is can only be found out by reading it. */
function derToPem(der: Buffer): string {
  const body = der.toString('base64');
  const as = (label: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
  const label = DER_KINDS.find(({ label, read }) => {
    try {
      read(as(label));
      return true;
    } catch (error) {
      return NEEDS_PASSPHRASE.has(String((error as NodeJS.ErrnoException).code));
    }
  })?.label;
  return label ? as(label) : '';
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // OpenSSL's own message names routines, not what to do; and nothing of the key may get out.
    throw new Error(`must be ${WANTED}, as PEM or base64; this is not a key that can be read`);
  }
}
