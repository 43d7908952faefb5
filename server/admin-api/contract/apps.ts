import type { Environment, Source } from './words';

/** A lane's credential, as people may see it. The key itself never leaves the server. */
export interface Credential {
  keyId: string;
  teamId: string;
  source: Source;
  pinned: boolean;
  /** False: the stored key cannot be decrypted, or this instance's configuration holds another. */
  readable: boolean;
  updatedAt: number;
}

export interface Lane {
  id: number;
  environment: Environment;
  credential: Credential | null;
  devices: number;
}

/** `GET /apps`: a list of these. */
export interface App {
  id: number;
  bundleId: string;
  name: string;
  customKeys: Record<string, unknown>;
  source: Source;
  pinned: boolean;
  enabled: boolean;
  epoch: string;
  head: number;
  lanes: Lane[];
}

/** `POST /apps/:id/lanes/:environment/check` */
export interface CheckResult {
  /** Whether APNs found no fault with key, key id and team id. */
  ok: boolean;
  /** `all`: a registered device was pushed to · `no-fault`: only a device that cannot exist was refused · `nothing` */
  proves: 'all' | 'no-fault' | 'nothing';
  /** Apple's reason, or a word for what happened instead of an answer. */
  code: string;
  /** Null where there was no answer. */
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}
