import { markOf, readPiece, type Piece } from '../../../admin/moving/file-pieces';
import { MAX_CHUNK_BYTES, MAX_LINE_BYTES } from '../../../server/admin-api/contract';

async function piecesOf(file: Blob): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (let offset = 0; offset < file.size;) {
    const piece = await readPiece(file, offset);
    pieces.push(piece);
    offset += piece.bytes;
  }
  return pieces;
}

const sizeOf = (pieces: Piece[]) => pieces.reduce((sum, { bytes }) => sum + bytes, 0);

test('cuts a file into whole lines, none lost and none twice', async () => {
  const lines = Array.from({ length: 5_000 }, (_, n) => `{"token":"${String(n).repeat(20)}","locale":"ü"}\r\n`);
  const pieces = await piecesOf(new Blob([lines.join(''), 'the end']));
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.map(({ text }) => text).join('')).toBe(`${lines.join('')}the end`);
  for (const { text } of pieces.slice(0, -1)) expect(text.endsWith('\n')).toBe(true);
});

test('counts the bytes of the file where they are no UTF-8, and fits what they become into one call', async () => {
  const file = new Blob([new Uint8Array(MAX_CHUNK_BYTES).fill(0xff).fill(10, 1_000, 1_001), '\n']);
  const pieces = await piecesOf(file);
  expect(sizeOf(pieces)).toBe(file.size);
  for (const { text } of pieces) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_CHUNK_BYTES);
});

test('sends the beginning of a line that is longer than a piece, and goes on after it', async () => {
  const file = new Blob(['first\n', 'x'.repeat(3 * MAX_CHUNK_BYTES), '\nlast\n']);
  const [first, huge, last] = await piecesOf(file);
  expect(first.text).toBe('first\n');
  expect(huge.text.length).toBeGreaterThan(MAX_LINE_BYTES);
  expect(huge.text.length).toBeLessThan(MAX_CHUNK_BYTES);
  expect(last.text).toBe('last\n');
});

test('marks two files apart, and the same one alike', async () => {
  const marks = await Promise.all(['a', 'b', 'a'].map((text) => markOf(new Blob([text]))));
  expect(marks[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(marks[0]).not.toBe(marks[1]);
  expect(marks[0]).toBe(marks[2]);
});
