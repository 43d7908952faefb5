import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DeviceRow } from '../store/tables';

/**
 * The secret of one registration; only its hash is stored. A device has one, or two after it registered again: the one
 * it used so far and the newest. Both are good until the newest is used, or for a week: an app that never got the
 * answer to its second registration is not locked out, and neither is one whose token a stranger registered.
 */
export type SecretColumns = Pick<DeviceRow, 'secret_hash' | 'old_secret_hash' | 'old_secret_until'>;

/** How long an older secret stays good beside a newer one that nobody has used. */
export const OLD_SECRET_LIFE_MS = 7 * 24 * 3_600_000;

const SECRET_BYTES = 32;

/** A new secret, base64url. 256 random bits: a plain hash of it cannot be guessed backwards. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** SHA-256, hex. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * The columns after a registration that proved nothing but that it knows the token. A second one replaces the newest
 * secret, never the older: that is the one which the app may really use.
 */
export function withNewSecret(row: SecretColumns, newHash: string, now: number): SecretColumns {
  return {
    secret_hash: newHash,
    old_secret_hash: oldSecretIsGood(row, now) ? row.old_secret_hash : row.secret_hash,
    old_secret_until: now + OLD_SECRET_LIFE_MS,
  };
}

/** The columns after a secret was used: using the newest ends the older. */
export function withUsedSecret(row: SecretColumns, used: 'newest' | 'older'): SecretColumns {
  return used === 'older' ? row : { secret_hash: row.secret_hash, old_secret_hash: null, old_secret_until: null };
}

/** Nobody's columns: an unknown device is checked against them, so that it takes as long as a known one. */
const NOBODY: SecretColumns = { secret_hash: '0'.repeat(64), old_secret_hash: null, old_secret_until: null };

/**
 * Which of a device's secrets was presented; null: none of them. Takes the same time whatever it finds.
 *
 * @param row the device, or undefined when there is none
 * @param presentedHash `hashSecret` of what the caller presented
 */
export function recognizeSecret(
  row: SecretColumns | undefined,
  presentedHash: string,
  now: number,
): 'newest' | 'older' | null {
  const columns = row ?? NOBODY;
  const isNewest = equal(columns.secret_hash, presentedHash);
  const isOlder = equal(columns.old_secret_hash ?? NOBODY.secret_hash, presentedHash);
  if (!row) return null;
  if (isNewest) return 'newest';
  return isOlder && oldSecretIsGood(row, now) ? 'older' : null;
}

function oldSecretIsGood({ old_secret_hash: hash, old_secret_until: until }: SecretColumns, now: number): boolean {
  return hash !== null && until !== null && until > now;
}

function equal(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}
