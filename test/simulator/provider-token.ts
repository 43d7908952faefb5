import { createPublicKey, verify, type KeyObject } from 'node:crypto';

export type Environment = 'production' | 'sandbox';

/** A provider key the simulator knows, as Apple knows those of the developer account. */
export interface ProviderKey {
  keyId: string;
  teamId: string;
  /** PEM (SPKI), so that it can travel as JSON, or a key object. */
  publicKey: string | KeyObject;
  /** The topics a topic-specific key may push to. Absent: a team-scoped key, good for every topic. */
  topics?: string[];
  /** The only environment the key is good for. Absent: both. */
  environment?: Environment;
  /** Key ids that may share a connection with this topic-specific key (Apple: "related keys"). */
  related?: string[];
}

/** What the simulator makes of an `authorization` header. */
export type ProviderToken =
  | { kind: 'missing' }
  | { kind: 'invalid'; rule: string }
  | { kind: 'verified'; token: string; key: ProviderKey; issuedAtMs: number };

/** Reads and verifies an `authorization` header. Says nothing about age: that depends on when one asks. */
export type VerifyProviderToken = (authorization: string | undefined) => ProviderToken;

const REMEMBERED_TOKENS = 1_000;

const parsePart = (part: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Apple takes both forms of an ECDSA signature: r ‖ s (64 bytes), as JOSE has it, and DER, as `openssl dgst` makes it. */
const signatureHolds = (signed: Buffer, signature: Buffer, key: KeyObject): boolean =>
  (signature.length === 64 && verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)) ||
  (signature[0] === 0x30 && verify('sha256', signed, { key, dsaEncoding: 'der' }, signature));

/**
 * Verifies provider tokens against the keys given. Each token is verified once and then remembered, because a
 * client sends the same one with every request.
 */
export const createTokenVerifier = (keys: ProviderKey[]): VerifyProviderToken => {
  const known = new Map(keys.map((key) => [key.keyId, { key, publicKey: asKeyObject(key.publicKey) }]));
  const remembered = new Map<string, ProviderToken>();

  const invalid = (rule: string): ProviderToken => ({ kind: 'invalid', rule });

  const read = (authorization: string): ProviderToken => {
    const token = /^bearer ([^\s]+)$/i.exec(authorization)?.[1];
    if (token === undefined) return invalid('authorization-not-bearer');
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return invalid('provider-token-shape');
    const [head = '', body = '', signature = ''] = token.split('.');
    const header = parsePart(head);
    const claims = parsePart(body);
    if (!header || !claims) return invalid('provider-token-shape');
    if (header.alg !== 'ES256') return invalid('provider-token-algorithm');
    const entry = typeof header.kid === 'string' ? known.get(header.kid) : undefined;
    if (!entry) return invalid('provider-token-key-id');
    if (claims.iss !== entry.key.teamId) return invalid('provider-token-team');
    if (typeof claims.iat !== 'number' || !Number.isInteger(claims.iat)) return invalid('provider-token-issued-at');
    const signed = Buffer.from(`${head}.${body}`, 'latin1');
    if (!signatureHolds(signed, Buffer.from(signature, 'base64url'), entry.publicKey)) {
      return invalid('provider-token-signature');
    }
    return { kind: 'verified', token, key: entry.key, issuedAtMs: claims.iat * 1_000 };
  };

  return (authorization) => {
    if (authorization === undefined) return { kind: 'missing' };
    let verdict = remembered.get(authorization);
    if (!verdict) {
      if (remembered.size >= REMEMBERED_TOKENS) remembered.clear();
      remembered.set(authorization, (verdict = read(authorization)));
    }
    return verdict;
  };
};

const asKeyObject = (key: string | KeyObject): KeyObject => (typeof key === 'string' ? createPublicKey(key) : key);
