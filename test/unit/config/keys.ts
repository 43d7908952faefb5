import { generateKeyPairSync } from 'node:crypto';

/** A provider key as Apple hands it out: EC P-256, PKCS#8, PEM. Made anew for each run. */
export function createP8(): string {
  return ecKey('P-256', 'pkcs8');
}

export function ecKey(namedCurve: string, type: 'pkcs8' | 'sec1'): string {
  return generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type, format: 'pem' }) as string;
}

export function rsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}
