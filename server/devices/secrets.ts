import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import type { DeviceRow } from '../store/tables';

/**
 * The secrets of one device; only their hashes are stored. Each registration gives a new one, and every older one stays
 * good until a newer one is used, or for a week after it was replaced: an app that never got the answer to its second
 * registration is not locked out, and neither is one whose token a stranger registered. No registration makes the week of
 * an older secret longer.
 */
export type SecretColumns = Pick<DeviceRow, 'secret_hash' | 'old_secret_hash' | 'old_secret_until' | 'later_secrets'>;

/** A secret that a newer one replaced. */
interface OldSecret {
  hash: string;
  /** When its week is over. */
  until: number;
}

/** How long an older secret stays good beside newer ones that nobody has used. */
export const OLD_SECRET_LIFE_MS = 7 * 24 * 3_600_000;
/** A row must not grow with every registration of its token. */
export const MAX_OLD_SECRETS = 16;

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
 * The columns after a registration. Of too many older secrets the oldest stays, because it is the one that the app may
 * really use: whoever registers its token again and again pushes out only what came between.
 */
export function withNewSecret(row: SecretColumns, newHash: string, now: number): SecretColumns {
  const [oldest, ...later] = [...goodOldSecrets(row, now), { hash: row.secret_hash, until: now + OLD_SECRET_LIFE_MS }];
  return columnsOf(newHash, [oldest, ...later.slice(-(MAX_OLD_SECRETS - 1))]);
}

/** The columns after a secret was used: it ends all that are older. */
export function withUsedSecret(row: SecretColumns, usedHash: string, now: number): SecretColumns {
  const old = goodOldSecrets(row, now);
  const used = old.findIndex(({ hash }) => hash === usedHash);
  return columnsOf(row.secret_hash, used < 0 ? [] : old.slice(used));
}

/** The columns of a device that was never registered before. */
export function withFirstSecret(hash: string): SecretColumns {
  return columnsOf(hash, []);
}

/** Nobody's secret: what is missing is compared with it, so that it takes as long as what is there. */
const NOBODY = '0'.repeat(64);

/**
 * Whether a secret is one of a device's. Takes the same time whatever it finds.
 *
 * @param row the device, or undefined when there is none
 * @param presentedHash `hashSecret` of what the caller presented
 */
export function recognizesSecret(row: SecretColumns | undefined, presentedHash: string, now: number): boolean {
  const good = row ? [row.secret_hash, ...goodOldSecrets(row, now).map(({ hash }) => hash)] : [];
  let found = false;
  for (let n = 0; n <= MAX_OLD_SECRETS; n++) {
    const isThis = equal(good[n] ?? NOBODY, presentedHash);
    found ||= isThis && n < good.length;
  }
  return found;
}

/** Narrows a query to devices that hold a secret, be its week over or not; the lock of a row comes before its judgement. */
export function whereSecret(query: Knex.QueryBuilder, hash: string): void {
  query.where((either) => {
    either
      .where({ secret_hash: hash })
      .orWhere({ old_secret_hash: hash })
      .orWhere('later_secrets', 'like', `%${hash}%`);
  });
}

/** Oldest first. */
function goodOldSecrets(row: SecretColumns, now: number): OldSecret[] {
  const { old_secret_hash: hash, old_secret_until: until, later_secrets: later } = row;
  const oldest = hash === null || until === null ? [] : [{ hash, until }];
  return [...oldest, ...(JSON.parse(later ?? '[]') as OldSecret[])].filter((secret) => secret.until > now);
}

function columnsOf(newest: string, [oldest, ...later]: (OldSecret | undefined)[]): SecretColumns {
  return {
    secret_hash: newest,
    old_secret_hash: oldest?.hash ?? null,
    old_secret_until: oldest?.until ?? null,
    later_secrets: later.length > 0 ? JSON.stringify(later) : null,
  };
}

function equal(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}
