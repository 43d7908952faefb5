import { DynamicTable } from './dynamic-table';
import { ERROR_CODE, Http2Error } from './error-code';
import { HeaderField } from './header-field';
import { decodeHuffman } from './huffman';
import { RecentLiterals } from './recent-literals';
import { STATIC_TABLE } from './static-table';

/** Larger integers make no sense anywhere, and sums with them stay exact. */
const LARGEST_INTEGER = 0x0fff_ffff;
const HUFFMAN_BIT = 0x80;

/** Decodes the header blocks of one connection, in their order (RFC 7541). */
export class HpackDecoder {
  readonly table: DynamicTable;
  private readonly recent = new RecentLiterals();
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private end = 0;

  /** @param maxTableBytes what our SETTINGS announce: the server's encoder may use less, never more */
  constructor(private readonly maxTableBytes: number) {
    this.table = new DynamicTable(maxTableBytes);
  }

  /**
   * Hands over the fields of one whole header block, in their order.
   *
   * @throws Http2Error COMPRESSION_ERROR; the connection cannot be used any more
   */
  decode(bytes: Buffer, start: number, end: number, take: (field: HeaderField) => void): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    for (let position = 0; this.at < end;) {
      const first = bytes[this.at];
      if (first & 0x80) {
        take(this.indexed(this.integer(7)));
        position++;
      } else if ((first & 0xe0) === 0x20) {
        // RFC 7541 §4.2: at the beginning of a block only.
        if (position > 0) throw broken('A table size update came in the middle of a header block.');
        this.resize(this.integer(5));
      } else {
        const isKept = (first & 0x40) !== 0;
        const field = this.literal(isKept ? 6 : 4, position++);
        if (isKept) this.table.add(field);
        take(field);
      }
    }
  }

  private indexed(index: number): HeaderField {
    const field =
      index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : this.table.at(index - STATIC_TABLE.length - 1);
    if (field === undefined) throw broken(`Index ${index} is in no table.`);
    return field;
  }

  private resize(bytes: number): void {
    if (bytes > this.maxTableBytes) throw broken(`A table of ${bytes} bytes was not allowed.`);
    this.table.resize(bytes);
  }

  /** @param position which field of the block this is: answers are alike, so it is often the same as in the last one */
  private literal(prefixBits: number, position: number): HeaderField {
    const start = this.at;
    const index = this.integer(prefixBits);
    const nameAt = this.at;
    if (index === 0) this.skipText();
    const valueAt = this.at;
    this.skipText();
    // An index may mean another name by now, so only literals whose name never changes are looked up.
    const isStable = index <= STATIC_TABLE.length;
    const known = isStable ? this.recent.find(position, this.bytes, start, this.at) : null;
    if (known) return known;
    const namesake = isStable ? this.recent.findName(position, this.bytes, start, valueAt) : null;
    const name = namesake?.name ?? (index === 0 ? this.text(nameAt) : this.indexed(index).name);
    const field = new HeaderField(name, this.text(valueAt), namesake?.isNameWellFormed);
    if (isStable) this.recent.keep(position, this.bytes, start, valueAt, this.at, field);
    return field;
  }

  /** Moves past a string literal (RFC 7541 §5.2). */
  private skipText(): void {
    const length = this.integer(7);
    if (length > this.end - this.at) throw broken('A string is longer than its header block.');
    this.at += length;
  }

  /** The string literal at a place that `skipText` has passed. */
  private text(start: number): string {
    const after = this.at;
    this.at = start;
    const isCoded = (this.bytes[start] & HUFFMAN_BIT) !== 0;
    const length = this.integer(7);
    const from = this.at;
    this.at = after;
    if (isCoded) return decodeHuffman(this.bytes, from, from + length);
    return this.bytes.toString('latin1', from, from + length);
  }

  /** RFC 7541 §5.1, guarded against values without end. */
  private integer(prefixBits: number): number {
    const { bytes, end } = this;
    if (this.at >= end) throw broken('A header block ends too early.');
    const mask = (1 << prefixBits) - 1;
    let value = bytes[this.at++] & mask;
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      if (this.at >= end) throw broken('A header block ends too early.');
      const octet = bytes[this.at++];
      // Also for leading zeros: four continuations are all that a sensible number needs.
      if (shift > 21) throw broken('An integer is too large.');
      value += (octet & 0x7f) << shift;
      if (value > LARGEST_INTEGER) throw broken('An integer is too large.');
      if (octet < 0x80) return value;
    }
  }
}

const broken = (message: string) => new Http2Error(ERROR_CODE.COMPRESSION_ERROR, message);
