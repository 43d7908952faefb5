import { createHash, createPublicKey } from 'node:crypto';
import type { ApnsCredential } from '../apns';

/** What a lane signs its pushes with. */
export type Credential = ApnsCredential;

/** An app as the configuration pins it. A null lane is not pinned: the panel may set it up. */
export interface ConfiguredApp {
  bundleId: string;
  name: string;
  customKeys: Record<string, unknown>;
  production: Credential | null;
  sandbox: Credential | null;
}

/** Tells whether a credential changed. It is made of the public half of the key, so it may be stored and compared. */
export function credentialMark({ keyId, teamId, key }: Credential): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(`${keyId}\n${teamId}\n`).update(publicKey).digest('hex');
}
