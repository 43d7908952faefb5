import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where downloads, roots and trees stay from one run to the next: a folder of the user's, shared by all checkouts. */
export const CACHE_DIR = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
  'strapi-plugin-background-push',
  'matrix',
);

/** @returns the path of a folder in the cache, which is there now */
export function cacheFolder(...names: string[]): string {
  const folder = path.join(CACHE_DIR, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @returns a short name for what was made from exactly these ingredients */
export function fingerprint(...ingredients: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const ingredient of ingredients) hash.update(ingredient).update('\0');
  return hash.digest('hex').slice(0, 12);
}
