/**
 * Whether a value that was read from JSON was longer than so many bytes, white space left out. It walks without calling
 * itself: what nests ten thousand deep would overflow the stack of `JSON.stringify`.
 */
export function exceedsJsonBytes(value: unknown, maxBytes: number): boolean {
  const unread = [value];
  let bytes = 0;
  while (unread.length > 0) {
    const next = unread.pop();
    bytes += ownBytes(next);
    if (bytes > maxBytes) return true;
    // As many as there are bytes, at most.
    if (typeof next === 'object' && next !== null) unread.push(...Object.values(next as Record<string, unknown>));
  }
  return false;
}

/** The bytes of a value without those of its members: brackets, names, colons and commas. */
function ownBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return jsonBytes(value);
  if (Array.isArray(value)) return 2 + Math.max(0, value.length - 1);
  const names = Object.keys(value);
  return names.reduce((sum, name) => sum + jsonBytes(name) + 1, 2) + Math.max(0, names.length - 1);
}

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
