import type { ByteWriter } from './byte-writer';
import { DynamicTable } from './dynamic-table';
import { HeaderField } from './header-field';
import { DEFAULT_HEADER_TABLE_BYTES } from './frame-type';
import { encodeHuffman, huffmanLength } from './huffman';
import { STATIC_TABLE } from './static-table';

/**
 * How a field goes on the wire where it is in no table as a whole (RFC 7541 §6.2).
 *
 * - `index`: put into the dynamic table, so that the next time it is an index.
 * - `name`: put in if not even its name is known yet, so that the next time the name is an index.
 * - `literal`: never put in.
 */
export type Indexing = 'index' | 'name' | 'literal';

const INCREMENTAL = { bits: 6, pattern: 0x40 } as const;
const WITHOUT_INDEXING = { bits: 4, pattern: 0x00 } as const;

/** RFC 7541 §5.1. */
export function writeInteger(out: ByteWriter, pattern: number, prefixBits: number, value: number): void {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    out.uint8(pattern | value);
    return;
  }
  out.uint8(pattern | mask);
  let rest = value - mask;
  while (rest >= 0x80) {
    out.uint8((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.uint8(rest);
}

/** RFC 7541 §5.2: Huffman-coded where that is shorter. */
export function writeText(out: ByteWriter, text: string): void {
  const coded = huffmanLength(text);
  if (coded < text.length) {
    writeInteger(out, 0x80, 7, coded);
    encodeHuffman(out, text);
  } else {
    writeInteger(out, 0, 7, text.length);
    out.latin1(text);
  }
}

/**
 * Encodes the header blocks of one connection (RFC 7541). Its table never puts an entry out to take another in: a full
 * table stays as it is, so that what was encoded once can be written again as it stands.
 */
export class HpackEncoder {
  private readonly table = new DynamicTable(DEFAULT_HEADER_TABLE_BYTES);
  /** Sizes that the server has to be told of at the beginning of the next block: the smallest since, and the last. */
  private pending: { smallest: number; last: number } | null = null;

  /** Changes whenever fields encoded before may mean something else now. */
  get version(): number {
    return this.table.insertions;
  }

  /** @param maxBytes the server's SETTINGS_HEADER_TABLE_SIZE */
  limit(maxBytes: number): void {
    const bytes = Math.min(maxBytes, DEFAULT_HEADER_TABLE_BYTES);
    if (bytes === this.table.maxBytes) return;
    this.table.resize(bytes);
    // What was put out may have been written into blocks that are kept.
    this.table.insertions++;
    this.pending = { smallest: Math.min(bytes, this.pending?.smallest ?? bytes), last: bytes };
  }

  /** Writes what must stand at the beginning of a block (RFC 7541 §4.2). */
  begin(out: ByteWriter): void {
    if (this.pending === null) return;
    const { smallest, last } = this.pending;
    this.pending = null;
    if (smallest !== last) writeInteger(out, 0x20, 5, smallest);
    writeInteger(out, 0x20, 5, last);
  }

  field(out: ByteWriter, name: string, value: string, indexing: Indexing): void {
    const nameIndex = this.fieldName(out, name, value, indexing);
    if (nameIndex !== null) writeText(out, value);
  }

  /** Whether the name is in a table, so that a literal needs an index only. */
  knows(name: string): boolean {
    return this.find(name, '').named > 0;
  }

  /**
   * Writes all of a field but its value.
   *
   * @returns null when the value is written as well, because the field is in a table
   */
  fieldName(out: ByteWriter, name: string, value: string, indexing: Indexing): number | null {
    const { whole, named } = this.find(name, value);
    if (whole > 0 && indexing === 'index') {
      writeInteger(out, 0x80, 7, whole);
      return null;
    }
    const field = new HeaderField(name, value);
    const isKept = (indexing === 'index' || (indexing === 'name' && named === 0)) && this.table.takes(field);
    const { bits, pattern } = isKept ? INCREMENTAL : WITHOUT_INDEXING;
    writeInteger(out, pattern, bits, named);
    if (named === 0) writeText(out, name);
    if (isKept) this.table.add(field);
    return named;
  }

  /** Indices, 0 where there is none. */
  private find(name: string, value: string): { whole: number; named: number } {
    let named = 0;
    const total = STATIC_TABLE.length + this.table.count;
    for (let index = 1; index <= total; index++) {
      const field =
        index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : this.table.at(index - STATIC_TABLE.length - 1);
      if (field?.name !== name) continue;
      if (field.value === value) return { whole: index, named: index };
      if (named === 0) named = index;
    }
    return { whole: 0, named };
  }
}
