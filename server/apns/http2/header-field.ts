/** One line of a header, as it stands in tables and comes out of the decoder. */
export class HeaderField {
  /** RFC 7541 §4.1: what it counts for in a table and in a header list. */
  readonly size: number;
  /** Whether HTTP/2 allows it (RFC 9113 §8.2.1); looked at once, also when it is used from a table many times. */
  readonly isWellFormed: boolean;

  constructor(
    readonly name: string,
    readonly value: string,
    readonly isNameWellFormed: boolean = NAME.test(name),
  ) {
    this.size = name.length + value.length + FIELD_OVERHEAD_BYTES;
    this.isWellFormed = isNameWellFormed && !BAD_VALUE.test(value);
  }
}

const FIELD_OVERHEAD_BYTES = 32;
/** A token without upper case, or a pseudo-header field. */
const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** NUL, CR, LF, or white space at either end. */
const BAD_VALUE = /[\0\r\n]|^[ \t]|[ \t]$/;
