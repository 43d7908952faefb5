import type { ProviderKey } from './provider-token';
import type { Rule, RuleContext } from './rule';

const HOUR_MS = 3_600_000;
/**
 * Apple: at most one new token per 20 minutes on a connection. Read at its strictest: the first token counts, going
 * back to an earlier one counts too, and a connection that saw too many takes nothing more until the time is over, as
 * an engineer of Apple's wrote.
 */
export const TOKEN_UPDATE_MS = 20 * 60_000;
/** How far ahead of the simulator's clock a token may be issued. Apple only says "within one hour of now". */
export const CLOCK_MARGIN_MS = 60_000;

const verified = (context: RuleContext) =>
  context.providerToken.kind === 'verified' ? context.providerToken : undefined;

/** Two keys of one team share a connection when both are team-scoped, or when one names the other as related. */
const isRelated = (bound: ProviderKey, key: ProviderKey): boolean =>
  bound.keyId === key.keyId ||
  (!bound.topics && !key.topics) ||
  (bound.related?.includes(key.keyId) ?? false) ||
  (key.related?.includes(bound.keyId) ?? false);

/** What Apple asks of the provider token, by itself and on its connection. */
export const TOKEN_RULES: readonly Rule[] = [
  {
    rule: 'provider-token-missing',
    status: 403,
    reason: 'MissingProviderToken',
    broken: (_, { providerToken }) => providerToken.kind === 'missing',
  },
  {
    rule: 'provider-token-invalid', // the verdict of provider-token.ts names the rule exactly
    status: 403,
    reason: 'InvalidProviderToken',
    broken: (_, { providerToken }) => providerToken.kind === 'invalid',
  },
  {
    rule: 'provider-token-too-old',
    status: 403,
    reason: 'ExpiredProviderToken',
    broken: (_, context) => (verified(context)?.issuedAtMs ?? Infinity) < context.now - HOUR_MS,
  },
  {
    rule: 'provider-token-from-the-future',
    status: 403,
    reason: 'InvalidProviderToken',
    broken: (_, context) => (verified(context)?.issuedAtMs ?? 0) > context.now + CLOCK_MARGIN_MS,
  },
  {
    // The documentation calls it BadEnvironmentKeyIdInToken; this is what is seen on the wire.
    rule: 'key-environment',
    status: 403,
    reason: 'BadEnvironmentKeyInToken',
    broken: (_, context) => (verified(context)?.key.environment ?? context.environment) !== context.environment,
  },
  {
    // Apple only says that another team on a connection is an error; the reason is the one users report.
    rule: 'second-team-on-connection',
    status: 403,
    reason: 'InvalidProviderToken',
    broken: (_, context) => {
      const key = verified(context)?.key;
      return (context.connection.boundTo?.teamId ?? key?.teamId) !== key?.teamId;
    },
  },
  {
    rule: 'unrelated-key-on-connection',
    status: 403,
    reason: 'UnrelatedKeyIdInToken',
    broken: (_, context) => {
      const key = verified(context)?.key;
      const { boundTo } = context.connection;
      return key !== undefined && boundTo !== undefined && !isRelated(boundTo, key);
    },
  },
  {
    rule: 'provider-token-updates',
    status: 429,
    reason: 'TooManyProviderTokenUpdates',
    broken: (_, context) => {
      const { token, tokenSince = -Infinity, refusedAt = -Infinity } = context.connection;
      if (context.now - refusedAt < TOKEN_UPDATE_MS) return true;
      return verified(context)?.token !== token && context.now - tokenSince < TOKEN_UPDATE_MS;
    },
  },
];
