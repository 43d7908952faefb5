import { HEADER_RULES, REQUEST_RULES } from './header-rules';
import { PAYLOAD_RULES } from './payload-rules';
import type { ProviderToken } from './provider-token';
import type { ApnsRequest, ConnectionMemory, Rule, RuleContext } from './rule';
import { TOKEN_RULES } from './token-rules';

export interface Verdict {
  status: number;
  /** Null when all is well. */
  reason: string | null;
  /** Which rule the request broke, by the simulator's name for it. */
  rule?: string;
  /** Whether the provider token is good on this connection: what Apple opens the stream limit for. */
  tokenGood: boolean;
}

/**
 * The rules in the order they are asked; the first broken one answers. Apple documents no order. The provider token
 * comes before the device token, and the device token before the topic, because a check of the credentials with an
 * impossible device token relies on it (it proves key and team, not the topic).
 */
const BEFORE_TOKEN_IS_KNOWN: readonly Rule[] = [...REQUEST_RULES, ...TOKEN_RULES];
const AFTERWARDS: readonly Rule[] = [...HEADER_RULES, ...PAYLOAD_RULES];

/** Every rule, in order. */
export const RULES: readonly Rule[] = [...BEFORE_TOKEN_IS_KNOWN, ...AFTERWARDS];

/** What APNs answers to a request. Pure: the same request in the same context has the same verdict. */
export const judge = (request: ApnsRequest, context: RuleContext): Verdict => {
  const isBroken = (rule: Rule): boolean => rule.broken(request, context);
  const early = BEFORE_TOKEN_IS_KNOWN.find(isBroken);
  const broken = early ?? AFTERWARDS.find(isBroken);
  if (!broken) return { status: 200, reason: null, tokenGood: true };
  const { status, reason, rule } = broken;
  const { providerToken } = context;
  // An invalid token has many ways to be so; the one that was found says more than the row of the table.
  const exact = rule === 'provider-token-invalid' && providerToken.kind === 'invalid' ? providerToken.rule : rule;
  return { status, reason, rule: exact, tokenGood: early === undefined };
};

/** Takes down what a good token means for the connection it came on. */
export const rememberToken = (connection: ConnectionMemory, providerToken: ProviderToken, now: number): void => {
  if (providerToken.kind !== 'verified' || connection.token === providerToken.token) return;
  connection.boundTo ??= providerToken.key;
  connection.token = providerToken.token;
  connection.tokenSince = now;
};
