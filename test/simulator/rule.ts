import type { Environment, ProviderKey, ProviderToken } from './provider-token';

/** One request as it came off the wire. */
export interface ApnsRequest {
  method: string;
  path: string;
  /** Header fields in the order received, name and value in turn, pseudo-headers included. */
  rawHeaders: readonly string[];
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** What a connection remembers of provider tokens. Apple binds a connection to the team of its first push. */
export interface ConnectionMemory {
  boundTo?: ProviderKey;
  /** The one it last took, and since when, in ms. */
  token?: string;
  tokenSince?: number;
  /** When a request was last refused because of too many of them, in ms. */
  refusedAt?: number;
}

export interface RuleContext {
  /** Milliseconds since the epoch. */
  now: number;
  environment: Environment;
  /** Topics that exist at all; absent: every well-formed one. */
  topics?: ReadonlySet<string>;
  /** The topic a device token was given out for, where the simulator was told. */
  topicOf(deviceToken: string): string | undefined;
  providerToken: ProviderToken;
  connection: Readonly<ConnectionMemory>;
}

/** One rule and what APNs answers where it is broken. */
export interface Rule {
  /** The simulator's name for it. */
  rule: string;
  status: number;
  /** Apple's string. Those that begin with `Simulator` are our own, where Apple documents none. */
  reason: string;
  broken(request: ApnsRequest, context: RuleContext): boolean;
}

/** The device token of a path, lower-case; empty where it is missing, undefined where the path is not one of a device. */
export const deviceTokenOf = (path: string): string | undefined => {
  const match = /^\/3\/device(?:\/([^/]*))?$/.exec(path);
  return match ? (match[1] ?? '').toLowerCase() : undefined;
};
