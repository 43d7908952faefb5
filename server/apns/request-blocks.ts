import type { Push } from './push';
import { ByteWriter } from './http2/byte-writer';
import { writeInteger, type HpackEncoder } from './http2/hpack-encoder';
import { sharedHeaders, type Notification } from './notification';

const PATH = '/3/device/';
const SHORT_TEXT = 127;

/**
 * Writes the header blocks of the requests of one connection. All that does not change from push to push is encoded once;
 * then a push costs its device token, its id, and two copies.
 *
 * Apple ("Sending notification requests to APNs"): `:path` and `authorization` are literals without indexing; `apns-id`
 * and `apns-expiration` are indexed the first time and literals without indexing from then on; all others are indexed.
 */
export class RequestBlocks {
  private notification: Notification | null = null;
  private version = -1;
  /** What stands before the path, and between path and id. */
  private head: Uint8Array = new Uint8Array(0);
  private middle: Uint8Array = new Uint8Array(0);

  /**
   * @param authority host, and port where it is not 443
   * @param authorization the header with the provider token
   */
  constructor(
    private readonly encoder: HpackEncoder,
    private readonly authority: string,
    private readonly authorization: string,
  ) {}

  /** Writes one block: far less than the 16,384 bytes that every server takes in a frame. */
  write(out: ByteWriter, { notification, token, apnsId }: Push): void {
    this.encoder.begin(out);
    if (notification !== this.notification || this.version !== this.encoder.version) this.prepare(notification);
    out.raw(this.head);
    writeTextLength(out, PATH.length + token.length);
    out.latin1(PATH);
    out.latin1(token);
    out.raw(this.middle);
    if (this.version === this.encoder.version) {
      // Their names are known: that of the id stands at the end of what was prepared.
      writeTextLength(out, apnsId.length);
      out.latin1(apnsId);
    } else {
      this.encoder.field(out, 'apns-id', apnsId, 'name');
    }
  }

  private prepare(notification: Notification): void {
    const { encoder } = this;
    const { version } = encoder;
    const head = new ByteWriter(256);
    encoder.field(head, ':method', 'POST', 'index');
    encoder.field(head, ':scheme', 'https', 'index');
    encoder.field(head, ':authority', this.authority, 'index');
    encoder.fieldName(head, ':path', '', 'literal');
    const middle = new ByteWriter(1_024);
    for (const [name, value] of sharedHeaders(notification)) {
      encoder.field(middle, name, value, name === 'apns-expiration' ? 'name' : 'index');
    }
    encoder.field(middle, 'authorization', this.authorization, 'literal');
    // Fields that went into the table now are an index next time: then this block is good for this request only.
    const isSteady = encoder.version === version && encoder.knows('apns-id');
    if (isSteady) encoder.fieldName(middle, 'apns-id', '', 'literal');
    this.notification = notification;
    this.version = isSteady ? version : -1;
    this.head = head.written;
    this.middle = middle.written;
  }
}

/** Of a literal that is not Huffman-coded: hexadecimal digits gain a fifth by it, for twice the time. */
function writeTextLength(out: ByteWriter, length: number): void {
  if (length < SHORT_TEXT) out.uint8(length);
  else writeInteger(out, 0, 7, length);
}
