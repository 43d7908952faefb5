import net from 'node:net';

export interface LineAnswer {
  status: number;
  /** Seconds; 0: none. */
  retryAfter: number;
  /** Good during the call. */
  body: Buffer;
}

type Taker = (answer: LineAnswer) => void;

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Many requests over one HTTP/1.1 connection, several on the way at a time: a million phones have a connection each, which one
 * machine cannot show; what their requests cost the server is the same but for the handshakes.
 *
 * Understands what the plugin and nginx answer: a status, `content-length`, a body.
 */
export function createLine({ host, port, depth }: { host: string; port: number; depth: number }) {
  const waiting: { request: Buffer; take: Taker }[] = [];
  let sent: { request: Buffer; take: Taker }[] = [];
  let unread: Buffer = Buffer.alloc(0);
  let closed = false;
  let socket = open();

  function open(): net.Socket {
    const made = net.connect({ host, port, noDelay: true });
    made.on('data', read);
    made.on('error', () => undefined);
    made.on('close', () => {
      if (closed) return;
      // nginx ends a connection after so many requests; what it did not answer is asked again; to report twice is no harm.
      waiting.unshift(...sent);
      sent = [];
      unread = Buffer.alloc(0);
      socket = open();
      pump();
    });
    return made;
  }

  function pump(): void {
    const batch: Buffer[] = [];
    while (sent.length < depth) {
      const next = waiting.shift();
      if (!next) break;
      sent.push(next);
      batch.push(next.request);
    }
    if (batch.length > 0) socket.write(Buffer.concat(batch));
  }

  function read(chunk: Buffer): void {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    let at = 0;
    for (;;) {
      const headEnd = unread.indexOf(HEAD_END, at);
      if (headEnd < 0) break;
      const head = unread.toString('latin1', at, headEnd);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + HEAD_END.length + length;
      if (unread.length < end) break;
      const answer = {
        status: Number(head.slice(9, 12)),
        retryAfter: Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 0),
        body: unread.subarray(headEnd + HEAD_END.length, end),
      };
      at = end;
      sent.shift()?.take(answer);
    }
    unread = unread.subarray(at);
    pump();
  }

  return {
    /** How many wait or are on the way. */
    get load() {
      return waiting.length + sent.length;
    },
    send(request: Buffer, take: Taker): void {
      waiting.push({ request, take });
      if (sent.length < depth) pump();
    },
    close(): void {
      closed = true;
      socket.destroy();
    },
  };
}

export type Line = ReturnType<typeof createLine>;
