import type { HeaderField } from './header-field';

/** A dynamic table of HPACK (RFC 7541 §2.3.2 and §4). */
export class DynamicTable {
  /** Oldest first, from `first` on. */
  private fields: HeaderField[] = [];
  private first = 0;
  /** As RFC 7541 §4.1 counts them. */
  bytes = 0;
  /** Entries ever put in: changes whenever the indices do. */
  insertions = 0;

  constructor(private limit: number) {}

  get count(): number {
    return this.fields.length - this.first;
  }

  get maxBytes(): number {
    return this.limit;
  }

  /** Whether the field could be put in without putting another out. */
  takes(field: HeaderField): boolean {
    return this.bytes + field.size <= this.limit;
  }

  /** @param age 0 is the newest entry */
  at(age: number): HeaderField | undefined {
    return age < this.count ? this.fields[this.fields.length - 1 - age] : undefined;
  }

  /** Puts a field in, and out what it takes the room of: itself, when it is larger than the table. */
  add(field: HeaderField): void {
    this.insertions++;
    this.fields.push(field);
    this.bytes += field.size;
    this.evict();
  }

  resize(maxBytes: number): void {
    this.limit = maxBytes;
    this.evict();
  }

  private evict(): void {
    while (this.bytes > this.limit) this.bytes -= this.fields[this.first++].size;
    if (this.first === this.fields.length) {
      this.fields = [];
      this.first = 0;
    } else if (this.first > 128 && this.first > this.count) {
      this.fields = this.fields.slice(this.first);
      this.first = 0;
    }
  }
}
