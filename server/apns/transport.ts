import type { TLSSocket } from 'node:tls';
import type { RequestExchange } from './request-exchange';
import type { ClientSession } from './http2/session';

export interface TransportListener {
  /** The output is about to be handed to the socket. */
  handing(): void;
  /** The socket has taken all that it was given. */
  handed(): void;
  /** Bytes were read. */
  read(): void;
  /** Something came in this turn of the event loop. */
  turn(): void;
  /** The socket is gone. The last call. */
  closed(error: Error | null): void;
}

/** Frames read in one turn of the event loop; a thousand answers take about two milliseconds. */
const FRAMES_PER_TURN = 500;
const SPARE_BYTES = 65_536;

/**
 * Carries bytes between a session and its socket.
 *
 * - Out: what is written in one turn of the event loop goes out in one piece, and while the socket has not taken the
 *   last one, the next gathers.
 * - In: what comes in one turn is read in one go, since a server may send each answer by itself; but only so much of
 *   it, so that the host process keeps answering while answers pour in.
 */
export class Transport {
  private isFlushScheduled = false;
  /** The socket has not taken yet what it was given. */
  private isWriting = false;
  private isEnded = false;
  private spare: Buffer = Buffer.allocUnsafeSlow(SPARE_BYTES);
  private isTurnScheduled = false;
  private isReading = false;
  private backlog: Buffer[] = [];
  private error: Error | null = null;

  constructor(
    private readonly socket: TLSSocket,
    private readonly session: ClientSession<RequestExchange>,
    private readonly listener: TransportListener,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.received(bytes));
    // Nothing can be answered any more; a server that is deaf besides would never let the socket close by itself.
    socket.on('end', () => setImmediate(() => this.destroy()));
    socket.on('error', (error: Error) => (this.error ??= error));
    socket.on('close', () => this.gone());
    this.flushSoon();
  }

  flushSoon(): void {
    if (this.isFlushScheduled || this.isWriting) return;
    this.isFlushScheduled = true;
    setImmediate(this.flush);
  }

  /** Hands over what is left and closes our side. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.listener.handing();
    // A copy: the socket may hold it for long.
    this.socket.end(Buffer.from(this.session.out.written));
    this.session.out.length = 0;
  }

  /** Destroys the socket when it has taken what it was given. */
  destroySoon(): void {
    if (this.socket.writableFinished) setImmediate(() => this.destroy());
    else this.socket.once('finish', () => this.destroy());
  }

  destroy(): void {
    this.readBacklog(Infinity);
    this.socket.destroy();
  }

  private readonly flush = (): void => {
    this.isFlushScheduled = false;
    const { socket, session } = this;
    const { length } = session.out;
    if (length === 0 || this.isWriting || this.isEnded || !socket.writable) return;
    this.listener.handing();
    const bytes = session.out.swap(this.spare);
    this.spare = bytes;
    this.isWriting = true;
    session.flushed();
    socket.write(bytes.subarray(0, length), this.flushed);
  };

  private readonly flushed = (): void => {
    this.isWriting = false;
    this.listener.handed();
    if (this.session.out.length > 0) this.flushSoon();
  };

  private received(bytes: Buffer): void {
    this.backlog.push(bytes);
    this.turnSoon();
  }

  private turnSoon(): void {
    if (this.isTurnScheduled) return;
    this.isTurnScheduled = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.isTurnScheduled = false;
    if (this.backlog.length === 0) return;
    this.listener.turn();
    const wasPaused = this.socket.isPaused();
    this.readBacklog(FRAMES_PER_TURN);
    if (this.backlog.length === 0) {
      if (wasPaused) this.socket.resume();
      return;
    }
    if (!wasPaused) this.socket.pause();
    this.turnSoon();
  };

  private readBacklog(maxFrames: number): void {
    // What is read may make the listener destroy the connection, which reads what is left.
    if (this.backlog.length === 0 || this.isReading) return;
    this.isReading = true;
    const { session } = this;
    const last = session.framesRead + maxFrames;
    let count = 0;
    for (const bytes of this.backlog) {
      const at = session.receive(bytes, 0, last - session.framesRead);
      if (at < bytes.length) {
        this.backlog[count] = bytes.subarray(at);
        break;
      }
      count++;
    }
    this.backlog.splice(0, count);
    this.isReading = false;
    this.listener.read();
    if (session.out.length > 0) this.flushSoon();
  }

  private gone(): void {
    this.readBacklog(Infinity);
    this.listener.closed(this.error);
  }
}
