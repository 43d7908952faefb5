import fc from 'fast-check';
import { ByteWriter } from '../../../../server/apns/http2/byte-writer';
import { decodeHuffman, encodeHuffman, huffmanLength } from '../../../../server/apns/http2/huffman';
import { HUFFMAN_CODE } from '../../../../server/apns/http2/huffman-code';

function encode(text: string): Buffer {
  const out = new ByteWriter(1);
  encodeHuffman(out, text);
  return out.written;
}

describe('the Huffman code', () => {
  it.each([
    ["'0'", 48, 0x0, 5],
    ["' '", 32, 0x14, 6],
    ["'A'", 65, 0x21, 6],
    ["'~'", 126, 0x1ffd, 13],
    ['octet 0', 0, 0x1ff8, 13],
    ['octet 10', 10, 0x3ffffffc, 30],
    ['octet 255', 255, 0x3ffffee, 26],
    ['the end of a string', 256, 0x3fffffff, 30],
  ])('of %s is as RFC 7541 Appendix B has it', (_, symbol, code, length) => {
    expect([HUFFMAN_CODE.codes[symbol], HUFFMAN_CODE.lengths[symbol]]).toEqual([code, length]);
  });

  it('is complete: every string of bits begins with one code', () => {
    const share = HUFFMAN_CODE.lengths.reduce((sum, length) => sum + 2 ** -length, 0);
    expect(share).toBe(1);
  });

  it('gives every text back', () => {
    const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: octet, maxLength: 300 }), (text) => {
        const coded = encode(text);
        expect(coded.length).toBe(huffmanLength(text));
        expect(decodeHuffman(coded, 0, coded.length)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('decodes a part of a buffer', () => {
    const coded = Buffer.concat([Buffer.from([0xff]), encode('www.example.com'), Buffer.from([0x00])]);
    expect(decodeHuffman(coded, 1, coded.length - 1)).toBe('www.example.com');
  });

  it('throws nothing but its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (coded) => {
        try {
          decodeHuffman(coded, 0, coded.length);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Http2Error', code: 0x9 });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
