import type { HeaderField } from './header-field';

interface Slot {
  readonly bytes: Uint8Array;
  length: number;
  /** Bytes up to the value. */
  nameLength: number;
  field: HeaderField | null;
  misses: number;
}

const SLOTS = 16;
const LONGEST_BYTES = 96;
/** A field that changes with each answer, as an id does, is not worth a copy each time. */
const KEPT_EVERY = 16;

/**
 * Servers repeat most fields of their answers byte by byte (`server`, `date`, `content-type`) without putting them into
 * the dynamic table. Comparing bytes is far cheaper than decoding and checking them again. One slot per place in the
 * header block, so the memory is fixed.
 */
export class RecentLiterals {
  private readonly slots: Slot[] = [];

  find(position: number, bytes: Uint8Array, start: number, end: number): HeaderField | null {
    const slot = this.slots[position];
    if (slot === undefined || slot.length !== end - start) return null;
    const kept = slot.bytes;
    // From the end: it is there that ids and dates differ.
    for (let i = slot.length - 1; i >= 0; i--) if (kept[i] !== bytes[start + i]) return null;
    return slot.field;
  }

  /** A field with the same name, where the value is another: to be called when `find` found nothing. */
  findName(position: number, bytes: Uint8Array, start: number, valueAt: number): HeaderField | null {
    const slot = this.slots[position];
    if (slot === undefined || slot.nameLength !== valueAt - start) return null;
    for (let i = 0; i < slot.nameLength; i++) if (slot.bytes[i] !== bytes[start + i]) return null;
    return slot.field;
  }

  /** To be called when `find` found nothing. */
  keep(position: number, bytes: Uint8Array, start: number, valueAt: number, end: number, field: HeaderField): void {
    if (position >= SLOTS || end - start > LONGEST_BYTES) return;
    while (this.slots.length <= position) {
      this.slots.push({ bytes: new Uint8Array(LONGEST_BYTES), length: 0, nameLength: 0, field: null, misses: 0 });
    }
    const slot = this.slots[position];
    if (slot.misses++ % KEPT_EVERY !== 0) return;
    for (let i = start; i < end; i++) slot.bytes[i - start] = bytes[i];
    slot.length = end - start;
    slot.nameLength = valueAt - start;
    slot.field = field;
  }
}
