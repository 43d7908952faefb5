import type { ClientStream } from './client-stream';
import type { HeaderBlock } from './header-blocks';
import type { HeaderField } from './header-field';
import { HpackDecoder } from './hpack-decoder';

/** Fields that belong to a connection, which HTTP/2 has no use for (RFC 9113 §8.2.2). */
const CONNECTION_FIELDS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
const STATUS = /^[1-9]\d\d$/;
const CONTENT_LENGTH = /^\d{1,15}$/;
const NOT_MODIFIED = 304;

/** What a header block was: of the final answer or its trailers, of one that comes before it (1xx), or against the rules. */
export type BlockKind = 'answer' | 'informational' | 'malformed';

/** Reads the header blocks of answers (RFC 9113 §8.1 to §8.3). Blocks of streams that are gone are decoded all the same. */
export class ResponseReader {
  private readonly decoder: HpackDecoder;
  private stream: ClientStream | null = null;
  private status = 0;
  private regular = false;
  private isTrailer = false;
  private isMalformed = false;
  private listBytes = 0;
  private readonly take = (field: HeaderField): void => this.field(field);

  constructor(
    tableBytes: number,
    /** What our SETTINGS announce as the most that a header list may have. */
    private readonly maxListBytes: number,
  ) {
    this.decoder = new HpackDecoder(tableBytes);
  }

  /** @throws Http2Error COMPRESSION_ERROR */
  read(stream: ClientStream | null, { bytes, start, end, endStream }: HeaderBlock): BlockKind {
    this.stream = stream;
    this.isTrailer = stream !== null && stream.status > 0;
    this.status = 0;
    this.regular = false;
    this.isMalformed = false;
    this.listBytes = 0;
    this.decoder.decode(bytes, start, end, this.take);
    this.stream = null;
    if (stream === null) return 'answer';
    if (this.isMalformed || (this.status === 0 && !this.isTrailer)) return 'malformed';
    if (this.isTrailer) return endStream ? 'answer' : 'malformed';
    if (this.status < 200) return endStream ? 'malformed' : 'informational';
    stream.status = this.status;
    return 'answer';
  }

  private field(field: HeaderField): void {
    const { stream } = this;
    this.listBytes += field.size;
    if (stream === null || this.isMalformed) return;
    const { name, value } = field;
    if (!field.isWellFormed || this.listBytes > this.maxListBytes) {
      this.isMalformed = true;
    } else if (name.charCodeAt(0) === COLON) {
      // `:status` is the only one of an answer, comes once, and before all others.
      const isStatus = name === ':status' && !this.isTrailer && !this.regular && this.status === 0;
      if (isStatus && STATUS.test(value)) this.status = Number(value);
      else this.isMalformed = true;
    } else if (CONNECTION_FIELDS.has(name) || (this.status === 0 && !this.isTrailer)) {
      this.isMalformed = true;
    } else {
      this.regular = true;
      if (this.status >= 200 || this.isTrailer) this.keep(stream, name, value);
    }
  }

  private keep(stream: ClientStream, name: string, value: string): void {
    if (name === 'content-length' && this.status !== NOT_MODIFIED) {
      if (!CONTENT_LENGTH.test(value) || (stream.announced >= 0 && stream.announced !== Number(value))) {
        this.isMalformed = true;
        return;
      }
      stream.announced = Number(value);
    }
    stream.header(name, value);
  }
}

const COLON = 0x3a;
