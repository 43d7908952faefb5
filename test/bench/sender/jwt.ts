import { createPrivateKey, sign } from 'node:crypto';
import { KEY_ID, TEAM_ID } from './load';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A provider token for clients that do not make their own. */
export async function providerToken(key: string): Promise<string> {
  const text = `${encode({ alg: 'ES256', kid: KEY_ID })}.${encode({ iss: TEAM_ID, iat: Math.floor(Date.now() / 1000) })}`;
  const signature = sign('sha256', Buffer.from(text), { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
