import fc from 'fast-check';
import { ByteWriter } from '../../../../server/apns/http2/byte-writer';
import { HpackDecoder } from '../../../../server/apns/http2/hpack-decoder';
import { HpackEncoder, writeInteger, type Indexing } from '../../../../server/apns/http2/hpack-encoder';
import { STATIC_TABLE } from '../../../../server/apns/http2/static-table';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function decode(decoder: HpackDecoder, block: Buffer): string[] {
  const lines: string[] = [];
  decoder.decode(block, 0, block.length, ({ name, value }) => lines.push(`${name}: ${value}`));
  return lines;
}

/** The dynamic table, newest first. */
const tableOf = ({ table }: HpackDecoder): string[] =>
  Array.from({ length: table.count }, (_, age) => `${table.at(age)?.name}: ${table.at(age)?.value}`);

const integer = (value: number, bits: number): string => {
  const out = new ByteWriter();
  writeInteger(out, 0, bits, value);
  return out.written.toString('hex');
};

const broken = expect.objectContaining({ name: 'Http2Error', code: 0x9 });
const refuses = (hex: string, decoder = new HpackDecoder(4_096)) => {
  let error: unknown;
  try {
    decode(decoder, bytes(hex));
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toEqual(broken);
};

describe('RFC 7541 Appendix A', () => {
  it('has 61 entries', () => {
    expect(STATIC_TABLE).toHaveLength(61);
    expect(STATIC_TABLE[0]).toMatchObject({ name: ':authority', value: '' });
    expect(STATIC_TABLE[15]).toMatchObject({ name: 'accept-encoding', value: 'gzip, deflate' });
    expect(STATIC_TABLE[60]).toMatchObject({ name: 'www-authenticate', value: '' });
  });
});

describe('RFC 7541 Appendix C', () => {
  it.each([
    ['C.1.1', 10, 5, '0a'],
    ['C.1.2', 1337, 5, '1f9a0a'],
    ['C.1.3', 42, 8, '2a'],
  ])('%s: the integer %i with %i bits', (_, value, bits, hex) => {
    expect(integer(value, bits)).toBe(hex);
  });

  it.each<[string, string, string, string[], number]>([
    [
      'C.2.1',
      '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      'custom-key: custom-header',
      ['custom-key: custom-header'],
      55,
    ],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', ':path: /sample/path', [], 0],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', 'password: secret', [], 0],
    ['C.2.4', '82', ':method: GET', [], 0],
  ])('%s: one field', (_, hex, line, table, size) => {
    const decoder = new HpackDecoder(4_096);
    expect(decode(decoder, bytes(hex))).toEqual([line]);
    expect(tableOf(decoder)).toEqual(table);
    expect(decoder.table.bytes).toBe(size);
  });

  const requests = [
    {
      lines: [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
      table: [':authority: www.example.com'],
      size: 57,
    },
    {
      lines: [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
      table: ['cache-control: no-cache', ':authority: www.example.com'],
      size: 110,
    },
    {
      lines: [
        ':method: GET',
        ':scheme: https',
        ':path: /index.html',
        ':authority: www.example.com',
        'custom-key: custom-value',
      ],
      table: ['custom-key: custom-value', 'cache-control: no-cache', ':authority: www.example.com'],
      size: 164,
    },
  ];
  const HUFFMAN_REQUESTS = [
    '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
    '8286 84be 5886 a8eb 1064 9cbf',
    '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
  ];

  it.each([
    [
      'C.3: requests without Huffman coding',
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '8286 84be 5808 6e6f 2d63 6163 6865',
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      ],
    ],
    ['C.4: requests with Huffman coding', HUFFMAN_REQUESTS],
  ])('%s', (_, blocks) => {
    const decoder = new HpackDecoder(4_096);
    blocks.forEach((hex, index) => {
      const { lines, table, size } = requests[index];
      expect(decode(decoder, bytes(hex))).toEqual(lines);
      expect(tableOf(decoder)).toEqual(table);
      expect(decoder.table.bytes).toBe(size);
    });
  });

  it('C.4, encoded', () => {
    const encoder = new HpackEncoder();
    HUFFMAN_REQUESTS.forEach((hex, index) => {
      const out = new ByteWriter();
      encoder.begin(out);
      for (const line of requests[index].lines) {
        const at = line.indexOf(': ');
        encoder.field(out, line.slice(0, at), line.slice(at + 2), 'index');
      }
      expect(out.written.toString('hex')).toBe(hex.replaceAll(' ', ''));
    });
  });

  const LOCATION = 'location: https://www.example.com';
  const DATE_21 = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
  const DATE_22 = 'date: Mon, 21 Oct 2013 20:13:22 GMT';
  const PRIVATE = 'cache-control: private';
  const COOKIE = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
  const GZIP = 'content-encoding: gzip';
  const responses = [
    {
      lines: [':status: 302', PRIVATE, DATE_21, LOCATION],
      table: [LOCATION, DATE_21, PRIVATE, ':status: 302'],
      size: 222,
    },
    {
      lines: [':status: 307', PRIVATE, DATE_21, LOCATION],
      table: [':status: 307', LOCATION, DATE_21, PRIVATE],
      size: 222,
    },
    {
      lines: [':status: 200', PRIVATE, DATE_22, LOCATION, GZIP, COOKIE],
      table: [COOKIE, GZIP, DATE_22],
      size: 215,
    },
  ];

  it.each([
    [
      'C.5: responses without Huffman coding',
      [
        '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '4803 3330 37c1 c0bf',
        '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
      ],
    ],
    [
      'C.6: responses with Huffman coding',
      [
        '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
        '4883 640e ffc1 c0bf',
        '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      ],
    ],
  ])('%s, with a table of 256 bytes', (_, blocks) => {
    const decoder = new HpackDecoder(256);
    blocks.forEach((hex, index) => {
      const { lines, table, size } = responses[index];
      expect(decode(decoder, bytes(hex))).toEqual(lines);
      expect(tableOf(decoder)).toEqual(table);
      expect(decoder.table.bytes).toBe(size);
    });
  });
});

describe('decoding', () => {
  it.each([
    ['index 0', '80'],
    ['an index beyond the static table, while the dynamic one is empty', 'be'],
    ['a name index in no table', '7f00'],
    ['a string longer than the block', '400a6375'],
    ['a block that ends in an integer', 'ff'],
    ['an integer without end', 'ff ffff ffff ffff ffff 7f'],
    ['an integer of nothing but leading zeros', 'ff 8080 8080 8080 8000'],
    ['a table size update in the middle', '82 20'],
    ['a table larger than announced', '3fe2 1f'],
    ['an end-of-string symbol', '0084 ffff fffc 00'],
    ['padding of 8 bits', '0082 1fff 00'],
    ['padding with zeros', '0081 18 00'],
  ])('refuses %s', (_, hex) => refuses(hex));

  it('takes size updates at the beginning, which put entries out', () => {
    const decoder = new HpackDecoder(4_096);
    decode(decoder, bytes('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572'));
    expect(decode(decoder, bytes('20 3fe1 1f 82'))).toEqual([':method: GET']);
    expect(decoder.table.count).toBe(0);
    refuses('be', decoder);
  });

  it('an entry larger than the table empties it, and that is no error (RFC 7541 §4.4)', () => {
    const decoder = new HpackDecoder(64);
    decode(decoder, bytes('4001 6101 62'));
    expect(decoder.table.count).toBe(1);
    decode(decoder, Buffer.concat([bytes('4001 6140'), Buffer.alloc(64, 'x')]));
    expect(decoder.table.count).toBe(0);
  });

  it('does not take a field for an earlier one that looks alike', () => {
    const decoder = new HpackDecoder(4_096);
    const lines = ['0001 6101 78', '0001 6101 79', '0001 6101 78', '0001 6201 78', '0f08 01 78'];
    for (let round = 0; round < 40; round++) {
      expect(lines.flatMap((hex) => decode(decoder, bytes(hex)))).toEqual([
        'a: x',
        'a: y',
        'a: x',
        'b: x',
        'authorization: x',
      ]);
    }
  });

  it('never throws anything but its own error, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
        try {
          decode(new HpackDecoder(4_096), Buffer.from(block));
        } catch (error) {
          expect(error).toEqual(broken);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('encoding', () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  });
  const indexing = fc.constantFrom<Indexing>('index', 'name', 'literal');
  const step = fc.oneof(
    fc.record({ limit: fc.constantFrom(0, 60, 200, 4_096, 100_000) }),
    fc.array(fc.tuple(fc.oneof(text, fc.constantFrom('a', 'apns-id', ':path')), text, indexing), { maxLength: 6 }),
  );

  it('is what the decoder reads, whatever the fields and while the table changes its size', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder(4_096);
        for (const each of steps) {
          if (!Array.isArray(each)) {
            encoder.limit(each.limit);
            continue;
          }
          const out = new ByteWriter(1);
          encoder.begin(out);
          for (const [name, value, how] of each) encoder.field(out, name, value, how);
          expect(decode(decoder, out.written)).toEqual(each.map(([name, value]) => `${name}: ${value}`));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells of the smallest table in between, and of the last (RFC 7541 §4.2)', () => {
    const encoder = new HpackEncoder();
    encoder.limit(100);
    encoder.limit(4_096);
    const out = new ByteWriter();
    encoder.begin(out);
    expect(out.written.toString('hex')).toBe('3f45' + '3fe11f');
    out.length = 0;
    encoder.begin(out);
    expect(out.length).toBe(0);
  });
});
