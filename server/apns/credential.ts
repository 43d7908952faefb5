import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { isCutShort, readKeyText, type KeyText } from './key-text';

/** What provider tokens are signed with: one key of one team. */
export interface ApnsCredential {
  /** Private, EC P-256. Never logged. */
  key: KeyObject;
  keyId: string;
  teamId: string;
}

export const isSameCredential = (one: ApnsCredential, other: ApnsCredential): boolean =>
  one.keyId === other.keyId && one.teamId === other.teamId && one.key.equals(other.key);

const WANTED = 'the .p8 file from the developer account (PKCS#8, EC P-256)';
/** A label may be wrong, so each is tried. */
const PRIVATE_LABELS = ['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'];
const OTHER_KINDS = [
  { label: 'PUBLIC KEY', name: 'a public key' },
  { label: 'CERTIFICATE', name: 'a certificate' },
];
/** Without a passphrase, Node names the first; OpenSSL, which would ask for it, the second. */
const NEEDS_PASSPHRASE = new Set(['ERR_MISSING_PASSPHRASE', 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED']);

/**
 * Reads a provider key.
 *
 * @param source the text of the `.p8` file, also as environment variables and secret stores disfigure it, or base64 of
 *   that text or of its DER
 * @throws Error whose message completes "The key … "; it never holds a part of the key
 */
export function parseKey(source: string): KeyObject {
  const key = readPrivateKey(findKey(source));
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

function findKey(source: string): KeyText {
  try {
    return readKeyText(source);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

function readPrivateKey({ der, isEncrypted }: KeyText): KeyObject {
  const encrypted = () => new Error(`must not be encrypted with a password: ${WANTED}`);
  if (isEncrypted) throw encrypted();
  for (const label of PRIVATE_LABELS) {
    try {
      return createPrivateKey(toPem(label, der));
    } catch (error) {
      if (NEEDS_PASSPHRASE.has(String((error as NodeJS.ErrnoException).code))) throw encrypted();
    }
  }
  const other = OTHER_KINDS.find(({ label }) => isPublicKey(toPem(label, der)));
  if (other) throw new Error(`must be a private key, not ${other.name}: ${WANTED}`);
  // OpenSSL's own messages name routines, not what to do; and nothing of the key may get out.
  throw unreadable(isCutShort(der) ? 'a part of it is missing' : 'this is not of a kind that is known');
}

function isPublicKey(pem: string): boolean {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false; // It is something else, which is what was asked.
  }
}

const toPem = (label: string, der: Buffer) =>
  `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;

const unreadable = (what: string) => new Error(`must be ${WANTED}, as PEM or base64; ${what}`);
