import { SignJWT } from 'jose';
import type { ApnsCredential } from './credential';

export interface ProviderTokenOptions extends ApnsCredential {
  /** Milliseconds since the epoch, by the clock of this server: APNs compares it with its own. */
  now: () => number;
}

/** The provider token of one credential, as the value of the `authorization` header. */
export interface ProviderToken {
  /** The header, or null while there is none that APNs would take. Starts a renewal when one is due; cheap. */
  current(): string | null;
  /** Resolves with the header when there is one. Rejects if the key cannot sign. */
  ready(): Promise<string>;
  /**
   * To be called when APNs answered `ExpiredProviderToken` to a request with this header.
   *
   * @returns `renewing`: a new token is being made because of this call · `renewed`: another is there, or on its way,
   *   already · `final`: a new one has been tried, so only the clock can be wrong
   */
  expired(header: string): 'renewing' | 'renewed' | 'final';
  /** To be called on `TooManyProviderTokenUpdates`: the present token stays for as long as it can. */
  holdRenewal(): void;
}

const MINUTE_MS = 60_000;
/** Apple: not less often than every 60 minutes. */
const RENEW_AFTER_MS = 50 * MINUTE_MS;
/** Later, it would expire on its way. */
const USELESS_AFTER_MS = 59 * MINUTE_MS;
/** Apple: not more often than every 20 minutes. */
const YOUNGEST_MS = 20 * MINUTE_MS;
/** A clock set back by less than this (time services do) changes nothing; by more, the token may seem to be of the future. */
const BACKWARDS_MS = MINUTE_MS;

interface Minted {
  header: string;
  at: number;
  /** Made because APNs held the one before for expired: not to be repeated. */
  heals: boolean;
  refused: boolean;
}

/** One token at a time, whoever asks: APNs answers a storm of new ones with `TooManyProviderTokenUpdates`. */
export function createProviderToken({ key, keyId, teamId, now }: ProviderTokenOptions): ProviderToken {
  let token: Minted | null = null;
  let minting: Promise<string> | null = null;
  let heldUntil = -Infinity;

  async function sign(): Promise<string> {
    const at = now();
    const jwt = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(Math.floor(at / 1000))
      .sign(key);
    token = { header: `bearer ${jwt}`, at, heals: token?.refused ?? false, refused: false };
    return token.header;
  }

  function mint(): Promise<string> {
    minting ??= sign().finally(() => {
      minting = null;
    });
    return minting;
  }

  /** Milliseconds; null where there is no token that APNs would take. */
  function usableAge(): number | null {
    if (token === null || token.refused) return null;
    const age = now() - token.at;
    return age > -BACKWARDS_MS && age < USELESS_AFTER_MS ? age : null;
  }

  return {
    current() {
      const age = usableAge();
      // A failure shows in `ready`, which everybody waits for who gets null here.
      if (age === null || (age >= RENEW_AFTER_MS && now() >= heldUntil)) mint().catch(() => undefined);
      return age === null ? null : (token?.header ?? null);
    },
    async ready() {
      if (token === null || usableAge() === null) return mint();
      return token.header;
    },
    expired(header) {
      if (token === null || token.header !== header || token.refused) return 'renewed';
      if (token.heals && now() - token.at < YOUNGEST_MS) return 'final';
      token.refused = true;
      mint().catch(() => undefined);
      return 'renewing';
    },
    holdRenewal() {
      heldUntil = now() + YOUNGEST_MS;
    },
  };
}
