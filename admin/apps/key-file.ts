/** A provider key is about 250 bytes; whatever is much larger is another file. */
const MAX_BYTES = 16 * 1024;

export type KeyFileProblem = 'too-large' | 'not-a-key' | 'unreadable';

export interface KeyFile {
  name: string;
  /** PEM text. */
  key: string;
  /** From Apple's file name, `AuthKey_XXXXXXXXXX.p8`; null where the file was renamed. */
  keyId: string | null;
}

/** Reads a `.p8` file in the browser. Whether the key is good is for the server to say: here only whether it is one at all. */
export async function readKeyFile(file: File): Promise<KeyFile | KeyFileProblem> {
  if (file.size > MAX_BYTES) return 'too-large';
  const key = await readText(file);
  if (key === null) return 'unreadable';
  if (!key.includes('-----BEGIN PRIVATE KEY-----')) return 'not-a-key';
  return { name: file.name, key, keyId: keyIdOf(file.name) };
}

/** The key id in the name Apple gives the file; a second download adds ` (1)` behind it. */
export function keyIdOf(fileName: string): string | null {
  return /^AuthKey_([A-Z0-9]{10})(?![A-Z0-9])/.exec(fileName)?.[1] ?? null;
}

function readText(file: File): Promise<string | null> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : null);
    reader.onerror = () => resolve(null);
    reader.readAsText(file);
  });
}
