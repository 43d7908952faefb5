/** Finds the device token in a header block without decoding the block: fast mode only. */

const STATIC_PATH = new Set([4, 5]); // `:path: /` and `:path: /index.html` of HPACK's static table
const PATH_NAME = Buffer.from(':path', 'latin1');
const PREFIX = '/3/device/';

/** Huffman codes (RFC 7541 Appendix B) of the characters that a device path is made of. */
const HUFFMAN: Readonly<Record<string, string>> = {
  '00000': '0',
  '00001': '1',
  '00010': '2',
  '00011': 'a',
  '00100': 'c',
  '00101': 'e',
  '00110': 'i',
  '011000': '/',
  '011001': '3',
  '011010': '4',
  '011011': '5',
  '011100': '6',
  '011101': '7',
  '011110': '8',
  '011111': '9',
  '100011': 'b',
  '100100': 'd',
  '100101': 'f',
  '1110111': 'v',
};

/**
 * The value of `:path` as it stands in the block: its length byte with the Huffman bit, then its bytes, as Latin-1.
 * The same device gives the same text, so it serves as a key; `tokenOfKey` makes a token of it. Undefined where the
 * block has no literal path (clients do not put paths into the dynamic table; Apple asks them not to).
 */
export const pathKeyOf = (block: Buffer): string | undefined => {
  let at = 0;
  /** An HPACK integer (RFC 7541 §5.1). */
  const integer = (bits: number): number => {
    const mask = (1 << bits) - 1;
    let value = (block[at++] ?? 0) & mask;
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      const byte = block[at++] ?? 0;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < block.length) {
    const first = block[at] ?? 0;
    if (first & 0x80) {
      integer(7); // an indexed field
      continue;
    }
    if (first >> 5 === 1) {
      integer(5); // a table size update
      continue;
    }
    const name = integer(first & 0x40 ? 6 : 4);
    let isPath = STATIC_PATH.has(name);
    if (name === 0) {
      const length = integer(7);
      isPath = block.compare(PATH_NAME, 0, PATH_NAME.length, at, at + length) === 0;
      at += length;
    }
    const start = at;
    const length = integer(7);
    at += length;
    if (isPath) return `${(block[start] ?? 0) & 0x80 ? 'h' : 'p'}${block.toString('latin1', at - length, at)}`;
  }
  return undefined;
};

/** The device token of a key, or the key itself where it holds something else than a device path. */
export const tokenOfKey = (key: string): string => {
  let path = key.slice(1);
  if (key.startsWith('h')) {
    const bits = [...path].map((character) => character.charCodeAt(0).toString(2).padStart(8, '0')).join('');
    path = '';
    let code = '';
    for (const bit of bits) {
      code += bit;
      const character = HUFFMAN[code];
      if (character === undefined) continue;
      path += character;
      code = '';
    }
  }
  return path.startsWith(PREFIX) ? path.slice(PREFIX.length).toLowerCase() : key;
};

const CODE_OF = Object.fromEntries(Object.entries(HUFFMAN).map(([code, character]) => [character, code]));

/** The keys of a device token in lower-case hex: as it is, and by Huffman's code, which most clients write. */
export const keysOfToken = (token: string): [plain: string, huffman: string] => {
  const path = `${PREFIX}${token}`;
  const bits = [...path].map((character) => CODE_OF[character]).join('');
  // RFC 7541 §5.2: the rest of the last byte is the beginning of the longest code, all ones.
  const bytes = bits.padEnd(8 * Math.ceil(bits.length / 8), '1').match(/.{8}/g)!;
  return [`p${path}`, `h${bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 2))).join('')}`];
};
