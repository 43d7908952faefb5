import type { ByteWriter } from './byte-writer';
import { ERROR_CODE, Http2Error } from './error-code';
import { END_OF_STRING, HUFFMAN_CODE } from './huffman-code';

/** One step of decoding looks at so many bits. */
const STEP = 8;
const STEP_VALUES = 1 << STEP;
const SYMBOL_BITS = 9;
const SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;
/** No code has fewer bits. */
const SHORTEST_CODE = 5;

const { codes, lengths } = HUFFMAN_CODE;

/**
 * Decoding steps: `node * 256 + next 8 bits` → a symbol and how many of the bits it used (`used << 9 | symbol`), or,
 * negative, the node where longer codes go on. Node 0 is where a symbol begins.
 */
const STEPS: Int32Array = createSteps();

function createSteps(): Int32Array {
  const nodes: Int32Array[] = [new Int32Array(STEP_VALUES)];
  for (let symbol = 0; symbol < codes.length; symbol++) {
    let left = lengths[symbol];
    let node = nodes[0];
    while (left > STEP) {
      left -= STEP;
      const bits = (codes[symbol] >>> left) & (STEP_VALUES - 1);
      if (node[bits] === 0) node[bits] = -nodes.push(new Int32Array(STEP_VALUES)) + 1;
      node = nodes[-node[bits]];
    }
    const free = STEP - left;
    const first = (codes[symbol] << free) & (STEP_VALUES - 1);
    node.fill((left << SYMBOL_BITS) | symbol, first, first + (1 << free));
  }
  const steps = new Int32Array(nodes.length * STEP_VALUES);
  nodes.forEach((node, index) => steps.set(node, index * STEP_VALUES));
  return steps;
}

let scratch = Buffer.allocUnsafeSlow(1_024);

/**
 * @returns the octets as Latin-1
 * @throws Http2Error for an end-of-string symbol, for padding that is no part of it or has more than 7 bits (RFC 7541
 *   §5.2)
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string {
  const longest = Math.ceil(((end - start) * 8) / SHORTEST_CODE);
  if (scratch.length < longest) scratch = Buffer.allocUnsafeSlow(longest * 2);
  const out = scratch;
  let size = 0;
  let node = 0;
  let bits = 0; // the last `count` of them are not decoded yet
  let count = 0;
  let sinceSymbol = 0; // bits of the symbol that has begun
  for (let at = start; at < end; at++) {
    bits = ((bits << 8) | bytes[at]) & 0xffff;
    count += 8;
    sinceSymbol += 8;
    while (count >= STEP) {
      const step = STEPS[node + ((bits >>> (count - STEP)) & (STEP_VALUES - 1))];
      if (step < 0) {
        node = -step * STEP_VALUES;
        count -= STEP;
        continue;
      }
      const symbol = step & SYMBOL_MASK;
      if (symbol === END_OF_STRING) throw broken('holds the end-of-string symbol');
      out[size++] = symbol;
      count -= step >>> SYMBOL_BITS;
      sinceSymbol = count;
      node = 0;
    }
  }
  while (count > 0) {
    const step = STEPS[node + ((bits << (STEP - count)) & (STEP_VALUES - 1))];
    const used = step >>> SYMBOL_BITS;
    if (step < 0 || used > count) break;
    out[size++] = step & SYMBOL_MASK;
    count -= used;
    sinceSymbol = count;
    node = 0;
  }
  const padding = (1 << count) - 1;
  if (sinceSymbol >= 8 || (bits & padding) !== padding) throw broken('is padded wrongly');
  return out.toString('latin1', 0, size);
}

const broken = (what: string) => new Http2Error(ERROR_CODE.COMPRESSION_ERROR, `A Huffman-coded string ${what}.`);

/** Bytes that a text takes, Huffman-coded. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += lengths[text.charCodeAt(i) & 0xff];
  return (bits + 7) >>> 3;
}

export function encodeHuffman(out: ByteWriter, text: string): void {
  let octet = 0;
  let free = 8; // bits of the octet
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    for (let left = lengths[symbol]; left > 0;) {
      const taken = Math.min(left, free);
      left -= taken;
      free -= taken;
      octet |= ((codes[symbol] >>> left) & ((1 << taken) - 1)) << free;
      if (free > 0) continue;
      out.uint8(octet);
      octet = 0;
      free = 8;
    }
  }
  // RFC 7541 §5.2: padded with the first bits of the end-of-string symbol, which are ones.
  if (free < 8) out.uint8(octet | ((1 << free) - 1));
}
