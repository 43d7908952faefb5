import { SignJWT } from 'jose';
import type { ApnsCredential } from './credential';

export interface ProviderTokenOptions extends ApnsCredential {
  /** Milliseconds since the epoch, by the clock that tokens are dated with: APNs compares it with its own. */
  now: () => number;
  /** Milliseconds from any beginning; unlike a clock, nobody sets it. */
  monotonic?: () => number;
}

/** The provider token of one credential, as the value of the `authorization` header. */
export interface ProviderToken {
  /** What new connections carry; null while there is none that APNs would take. Starts a renewal when one is due; cheap. */
  current(): string | null;
  /** Whether APNs still takes it: the current one, or the one before it while that is not too old. Cheap. */
  isUsable(header: string): boolean;
  /** Resolves with the header when there is one. Rejects if the key cannot sign. */
  ready(): Promise<string>;
  /**
   * To be called when APNs found fault with the token in a request with this header.
   *
   * @returns `renewing`: a new token is being made because of this call · `renewed`: another is there, or on its way,
   *   already · `final`: a new one has been tried
   */
  refused(header: string): 'renewing' | 'renewed' | 'final';
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
/** Time services move a clock by less than this. */
const CLOCK_SET_MS = MINUTE_MS;

interface Minted {
  header: string;
  /** By the clock, and by the time that passes. */
  at: number;
  since: number;
  /** Made because APNs refused the one before: not to be repeated. */
  heals: boolean;
  refused: boolean;
}

/**
 * One token at a time, whoever asks: APNs answers a storm of new ones with `TooManyProviderTokenUpdates`.
 *
 * A clock that is set back makes no new one. APNs has taken the token that is there, which no change of our clock makes
 * worse; if it was dated by a wrong clock, and so refused, the first refusal after that makes one by the right clock.
 */
export function createProviderToken(options: ProviderTokenOptions): ProviderToken {
  const { key, keyId, teamId, now, monotonic = () => performance.now() } = options;
  let token: Minted | null = null;
  /** The one before; what connections carry that have no successor yet. */
  let former: Minted | null = null;
  let minting: Promise<string> | null = null;
  let heldUntil = -Infinity;

  async function sign(): Promise<string> {
    const [at, since] = [now(), monotonic()];
    const jwt = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(Math.floor(at / 1000))
      .sign(key);
    former = token;
    token = { header: `bearer ${jwt}`, at, since, heals: token?.refused ?? false, refused: false };
    return token.header;
  }

  function mint(): Promise<string> {
    minting ??= sign().finally(() => {
      minting = null;
    });
    return minting;
  }

  /** A clock that was set back must not make a token younger; nor may a machine that slept, where only the clock went on. */
  const ageOf = ({ at, since }: Minted): number => Math.max(now() - at, monotonic() - since);

  /** Whether the clock was set since the token was dated. */
  const isClockSet = ({ at, since }: Minted): boolean => Math.abs(now() - at - (monotonic() - since)) >= CLOCK_SET_MS;

  /** Milliseconds; null where there is no token that APNs would take. */
  function usableAge(): number | null {
    if (former && ageOf(former) >= USELESS_AFTER_MS) former = null;
    if (token === null || token.refused) return null;
    const age = ageOf(token);
    return age < USELESS_AFTER_MS ? age : null;
  }

  return {
    current() {
      const age = usableAge();
      // A failure shows in `ready`, which everybody waits for who gets null here.
      if (age === null || (age >= RENEW_AFTER_MS && monotonic() >= heldUntil)) mint().catch(() => undefined);
      return age === null ? null : (token?.header ?? null);
    },
    isUsable(header) {
      const minted = header === token?.header ? token : former;
      return minted?.header === header && !minted.refused;
    },
    async ready() {
      if (token === null || usableAge() === null) return mint();
      return token.header;
    },
    refused(header) {
      if (former?.header === header) former.refused = true;
      if (token === null || token.header !== header || token.refused) return 'renewed';
      if (token.heals && ageOf(token) < YOUNGEST_MS && !isClockSet(token)) return 'final';
      token.refused = true;
      mint().catch(() => undefined);
      return 'renewing';
    },
    holdRenewal() {
      heldUntil = monotonic() + YOUNGEST_MS;
    },
  };
}
