import { isSameCredential, type ApnsCredential } from './credential';
import { createProviderToken, type ProviderToken } from './provider-token';

/** The provider tokens of this process, one for each lane: whoever speaks for a lane carries the same. */
export interface ProviderTokens {
  of(laneId: number, credential: ApnsCredential): ProviderToken;
  /** The next one is made anew. */
  forget(laneId: number): void;
}

/** @param now milliseconds since the epoch, by the clock that tokens are dated with */
export function createProviderTokens(now: () => number): ProviderTokens {
  const known = new Map<number, { credential: ApnsCredential; token: ProviderToken }>();
  return {
    of(laneId, credential) {
      const entry = known.get(laneId);
      if (entry && isSameCredential(entry.credential, credential)) return entry.token;
      const token = createProviderToken({ ...credential, now });
      known.set(laneId, { credential, token });
      return token;
    },
    forget: (laneId) => void known.delete(laneId),
  };
}
