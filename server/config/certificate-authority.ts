import { X509Certificate } from 'node:crypto';
import { readTextOrFile } from './key-file';

/**
 * @param source PEM, possibly of several certificates and with literal `\n`, or `file:` and a path
 * @returns PEM
 * @throws Error whose message completes "config.apns.ca "
 */
export function readCertificateAuthority(source: string): string {
  const pem = readTextOrFile(source).replaceAll('\\n', '\n');
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    certificates.length = 0;
  }
  if (certificates.length === 0) throw new Error('must be certificates in PEM, or file: and the path of such a file');
  return pem;
}
