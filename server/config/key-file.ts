import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = /^file:/i;

/**
 * The text behind a setting that may name a file: `file:/run/secrets/key.p8`, `file:./key.p8` (from the directory
 * Strapi was started in) or `file:///run/secrets/key.p8`. Any other text is returned as it is.
 *
 * @throws Error whose message completes "config.… " and names the file
 */
export function readTextOrFile(text: string): string {
  if (!FILE.test(text)) return text;
  const path = text.startsWith('file://') ? fileURLToPath(text) : text.replace(FILE, '');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new Error(`names the file ${path}, which cannot be read (${code})`, { cause: error });
  }
}
