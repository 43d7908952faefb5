import { MAX_CHUNK_BYTES, MAX_LINE_BYTES } from '../../server/admin-api/contract';

/** A piece of a file as the server wants it: whole lines. */
export interface Piece {
  offset: number;
  bytes: number;
  text: string;
}

/** What is not UTF-8 becomes three bytes for one: so much of a file always fits one call. */
const READ_BYTES = Math.floor(MAX_CHUNK_BYTES / 3);
const LINE_BREAK = 10;

/** Reads one piece; only so much of the file is in memory. */
export async function readPiece(file: Blob, offset: number): Promise<Piece> {
  const bytes = await bytesOf(file, offset, READ_BYTES);
  const isLast = offset + bytes.length >= file.size;
  const end = isLast ? bytes.length : bytes.lastIndexOf(LINE_BREAK) + 1;
  if (end > 0) return { offset, bytes: end, text: new TextDecoder().decode(bytes.subarray(0, end)) };
  // A line as long as that is refused by its beginning: it need not be sent whole.
  const next = await nextLine(file, offset + bytes.length);
  const text = new TextDecoder().decode(bytes.subarray(0, 2 * MAX_LINE_BYTES));
  return { offset, bytes: next - offset, text: `${text}\n` };
}

async function nextLine(file: Blob, from: number): Promise<number> {
  for (let at = from; at < file.size; at += READ_BYTES) {
    const found = (await bytesOf(file, at, READ_BYTES)).indexOf(LINE_BREAK);
    if (found >= 0) return at + found + 1;
  }
  return file.size;
}

/** Tells a file from another by its first 64 KiB. No secret: browsers have no other hash on a page without HTTPS. */
export async function markOf(file: Blob): Promise<string> {
  const bytes = await bytesOf(file, 0, 65_536);
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => fnv(bytes, seed)).join('');
}

/** FNV-1a, 32 bits, from a start of its own. */
function fnv(bytes: Uint8Array, seed: number): string {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

async function bytesOf(file: Blob, from: number, count: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(from, from + count).arrayBuffer());
}
