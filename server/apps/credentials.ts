import { createPrivateKey, type KeyObject } from 'node:crypto';
import { UserError } from '../user-error';

/** Strapi's `admin::encryption` service, and whether it has a key to work with. */
export interface Encryption {
  ready(): boolean;
  /** Null: there is no encryption key. */
  encrypt(text: string): string | null;
  /** Null: there is no encryption key, or it is another than the one the text was encrypted with. */
  decrypt(text: string): string | null;
}

/** What of Strapi the encryption needs. */
interface Host {
  service(uid: 'admin::encryption'): Pick<Encryption, 'encrypt' | 'decrypt'>;
  config: { get(path: string): unknown };
}

export function strapiEncryption(strapi: Host): Encryption {
  const service = () => strapi.service('admin::encryption');
  return {
    // Asking the service itself would write a warning to the log each time.
    ready: () => Boolean(strapi.config.get('admin.secrets.encryptionKey')),
    encrypt: (text) => service().encrypt(text),
    decrypt: (text) => service().decrypt(text),
  };
}

/**
 * @returns the key as it is stored: never in clear
 * @throws UserError naming the missing setting when Strapi has no encryption key
 */
export function sealKey(encryption: Encryption, key: KeyObject): string {
  const sealed = encryption.ready() ? encryption.encrypt(key.export({ type: 'pkcs8', format: 'pem' }) as string) : null;
  if (!sealed) {
    throw new UserError(
      409,
      'The key cannot be stored: Strapi has no encryption key. Set admin.secrets.encryptionKey in config/admin (ENCRYPTION_KEY in new projects) and restart, or give the credential in the configuration of the plugin.',
    );
  }
  return sealed;
}

/** @returns null when it cannot be read: Strapi's encryption key is gone or was changed, or the text is damaged */
export function openKey(encryption: Encryption, sealed: string): KeyObject | null {
  if (!encryption.ready()) return null;
  try {
    const pem = encryption.decrypt(sealed);
    return pem === null ? null : createPrivateKey(pem);
  } catch {
    // Strapi throws where the text has not even the form of something it encrypted.
    return null;
  }
}
