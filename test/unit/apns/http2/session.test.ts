import {
  ACK,
  answer,
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  numbers,
  PADDED,
  Peer,
  PRIORITY,
  settings,
  TYPE,
} from './peer';

const HEADER_TABLE_SIZE = 1;
const ENABLE_PUSH = 2;
const MAX_CONCURRENT_STREAMS = 3;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const OK = Buffer.from([0x88]);

describe('the beginning of a session (RFC 9113 §3.4)', () => {
  it('is the preface and SETTINGS: no push, and a limit for header lists', () => {
    const peer = new Peer({ ready: false });
    const [first, ...others] = peer.sent();
    expect(others).toEqual([]);
    expect(first.type).toBe(TYPE.settings);
    expect(first.payload.toString('hex')).toBe('000200000000' + '000600004000');
  });

  it('acknowledges the server’s SETTINGS and tells their stream limit; without one there is none', () => {
    const peer = new Peer({ ready: false });
    peer.sent();
    peer.receive(settings([MAX_CONCURRENT_STREAMS, 1]), frame(TYPE.settings, ACK, 0));
    expect(peer.said()).toEqual(['SETTINGS ack']);
    peer.receive(settings([MAX_CONCURRENT_STREAMS, 500]));
    expect(peer.limits).toEqual([1, 500]);
    expect(new Peer().limits).toEqual([Infinity]);
  });

  it('ignores SETTINGS that nobody knows (§6.5.2)', () => {
    const peer = new Peer();
    peer.receive(settings([0x99, 7], [MAX_CONCURRENT_STREAMS, 5]));
    expect(peer.limits.at(-1)).toBe(5);
    expect(peer.error).toBeNull();
  });
});

describe('a request and its answer (§8.1)', () => {
  it('is HEADERS and DATA; the answer ends the stream', () => {
    const peer = new Peer();
    const stream = peer.request();
    expect(peer.said()).toEqual(['HEADERS 1', 'DATA 1 10 end']);
    expect(peer.written).toEqual([stream]);
    peer.receive(answer(1, 200, ['apns-id', 'abc']));
    expect(peer.over).toEqual([stream]);
    expect(stream).toMatchObject({ status: 200, end: 'complete', fields: { 'apns-id': 'abc' } });
    expect(peer.session.streams.all()).toEqual([]);
    peer.request();
    expect(peer.said()).toEqual(['HEADERS 3', 'DATA 3 10 end']);
  });

  it('may have a body, in pieces, padded, and trailers', () => {
    const peer = new Peer();
    const stream = peer.request();
    peer.receive(
      frame(
        TYPE.headers,
        END_HEADERS | PADDED | PRIORITY,
        1,
        Buffer.concat([Buffer.from([3]), Buffer.alloc(5), block([':status', '400']), Buffer.alloc(3)]),
      ),
      frame(TYPE.data, 0, 1, Buffer.from('{"rea')),
      frame(TYPE.data, PADDED, 1, Buffer.from('\u0002son":"x"\0\0', 'latin1')),
      frame(TYPE.data, 0, 1),
      frame(TYPE.data, PADDED, 1, Buffer.from([0, 0x7d])),
    );
    expect(peer.over).toEqual([]);
    peer.receive(frame(TYPE.headers, END_HEADERS | END_STREAM, 1, block(['retry-after', '3'])));
    expect(stream).toMatchObject({
      status: 400,
      end: 'complete',
      text: '{"reason":"x"}',
      fields: { 'retry-after': '3' },
    });
  });

  it('may be continued, even in empty frames (§6.10)', () => {
    const peer = new Peer();
    const stream = peer.request();
    const whole = block([':status', '200'], ['apns-id', 'abc']);
    peer.receive(
      frame(TYPE.headers, END_STREAM, 1, whole.subarray(0, 1)),
      frame(TYPE.continuation, 0, 1),
      frame(TYPE.continuation, 0, 1, whole.subarray(1, 7)),
      frame(TYPE.continuation, END_HEADERS, 1, whole.subarray(7)),
    );
    expect(stream).toMatchObject({ status: 200, end: 'complete', fields: { 'apns-id': 'abc' } });
  });

  it('may be announced by answers of class 1xx', () => {
    const peer = new Peer();
    const stream = peer.request();
    peer.receive(frame(TYPE.headers, END_HEADERS, 1, block([':status', '103'], ['apns-id', 'early'])), answer(1));
    expect(stream).toMatchObject({ status: 200, end: 'complete', fields: {} });
  });

  it('is cut off when its body is longer than anybody reads', () => {
    const peer = new Peer();
    const stream = peer.request();
    peer.sent();
    peer.receive(frame(TYPE.headers, END_HEADERS, 1, block([':status', '500'])));
    for (let i = 0; i < 3; i++) peer.receive(frame(TYPE.data, 0, 1, Buffer.alloc(16_000, 'x')));
    expect(stream).toMatchObject({ status: 500, end: 'complete' });
    expect(peer.said()).toEqual(['WINDOW_UPDATE 0 48000', 'RST_STREAM 1 code 8']);
    peer.receive(frame(TYPE.data, END_STREAM, 1, Buffer.alloc(9)));
    expect(peer.error).toBeNull();
  });

  it('that comes before the request is whole stops the rest of it', () => {
    const peer = new Peer();
    peer.receive(settings([INITIAL_WINDOW_SIZE, 4]));
    const stream = peer.request();
    peer.sent();
    peer.receive(answer(1, 413));
    expect(stream).toMatchObject({ status: 413, end: 'complete', isWhole: false });
    expect(peer.said()).toEqual(['RST_STREAM 1 code 8']);
    expect(peer.session.isBlocked).toBe(false);
  });
});

describe('an answer against the rules (§8.1.1) counts as none, and only its stream is reset', () => {
  const headers = (...fields: [string, string][]) => frame(TYPE.headers, END_HEADERS | END_STREAM, 1, block(...fields));
  it.each<[string, Buffer[]]>([
    ['without a status', [headers(['apns-id', 'x'])]],
    ['with two', [headers([':status', '200'], [':status', '200'])]],
    ['with a status that is no number', [headers([':status', 'ok'])]],
    ['with the status after other fields', [headers(['a', 'b'], [':status', '200'])]],
    ['with a pseudo-header field of requests', [headers([':status', '200'], [':path', '/'])]],
    ['with an upper-case name', [headers([':status', '200'], ['Apns-Id', 'x'])]],
    ['with an empty name', [headers([':status', '200'], ['', 'x'])]],
    ['with a line break in a value', [headers([':status', '200'], ['a', 'x\r\ny'])]],
    ['with white space around a value', [headers([':status', '200'], ['a', ' x'])]],
    ['with a field of HTTP/1.1', [headers([':status', '200'], ['transfer-encoding', 'chunked'])]],
    ['with a wrong content-length', [headers([':status', '200'], ['content-length', '3'])]],
    ['with two of them', [headers([':status', '200'], ['content-length', '0'], ['content-length', '1'])]],
    ['that ends with a 1xx', [headers([':status', '103'])]],
    ['with too long a header list', [headers([':status', '200'], ['a', 'x'.repeat(16_384)])]],
    ['with a body before its header', [frame(TYPE.data, END_STREAM, 1, Buffer.from('x'))]],
    [
      'with more body than announced',
      [
        frame(TYPE.headers, END_HEADERS, 1, block([':status', '400'], ['content-length', '1'])),
        frame(TYPE.data, END_STREAM, 1, Buffer.from('xy')),
      ],
    ],
    [
      'with trailers that do not end it',
      [
        frame(TYPE.headers, END_HEADERS, 1, block([':status', '200'])),
        frame(TYPE.headers, END_HEADERS, 1, block(['a', 'b'])),
      ],
    ],
    [
      'with a status among the trailers',
      [
        frame(TYPE.headers, END_HEADERS, 1, block([':status', '200'])),
        frame(TYPE.headers, END_HEADERS | END_STREAM, 1, block([':status', '200'])),
      ],
    ],
  ])('%s', (_, frames) => {
    const peer = new Peer();
    const stream = peer.request();
    const other = peer.request();
    peer.sent();
    peer.receive(...frames, answer(3));
    expect(stream).toMatchObject({ end: 'reset', status: 0, resetCode: 1 });
    expect(other).toMatchObject({ end: 'complete', status: 200 });
    expect(peer.said()).toEqual(['RST_STREAM 1 code 1']);
    expect(peer.error).toBeNull();
  });
});

describe('what breaks the connection (§5.4.1)', () => {
  const PROTOCOL_ERROR = 1;
  const FLOW_CONTROL_ERROR = 3;
  const STREAM_CLOSED = 5;
  const FRAME_SIZE_ERROR = 6;
  const COMPRESSION_ERROR = 9;
  const ENHANCE_YOUR_CALM = 11;

  it.each<[string, number, Buffer[]]>([
    ['DATA on the connection', PROTOCOL_ERROR, [frame(TYPE.data, 0, 0)]],
    ['DATA on a stream that nobody opened', PROTOCOL_ERROR, [frame(TYPE.data, 0, 5)]],
    ['DATA on a stream of the server', PROTOCOL_ERROR, [frame(TYPE.data, 0, 2)]],
    ['DATA with more padding than frame', PROTOCOL_ERROR, [frame(TYPE.data, PADDED, 1, Buffer.from([1]))]],
    ['DATA after the end', STREAM_CLOSED, [answer(1), frame(TYPE.data, 0, 1)]],
    ['HEADERS on the connection', PROTOCOL_ERROR, [answer(0)]],
    ['HEADERS on a stream that nobody opened', PROTOCOL_ERROR, [answer(7)]],
    [
      'HEADERS with more padding than frame',
      PROTOCOL_ERROR,
      [frame(TYPE.headers, PADDED | END_HEADERS, 1, Buffer.from([9]))],
    ],
    [
      'HEADERS too short for their priority',
      PROTOCOL_ERROR,
      [frame(TYPE.headers, PRIORITY | END_HEADERS, 1, Buffer.from([9]))],
    ],
    ['HEADERS after the end', STREAM_CLOSED, [answer(1), answer(1)]],
    [
      'a header block that cannot be decoded',
      COMPRESSION_ERROR,
      [frame(TYPE.headers, END_HEADERS, 1, Buffer.from([0xff]))],
    ],
    [
      'a header block that is interrupted',
      PROTOCOL_ERROR,
      [frame(TYPE.headers, 0, 1, OK), frame(TYPE.ping, 0, 0, Buffer.alloc(8))],
    ],
    [
      'a header block that is interrupted by an unknown frame',
      PROTOCOL_ERROR,
      [frame(TYPE.headers, 0, 1, OK), frame(0x77, 0, 0)],
    ],
    [
      'a header block continued on another stream',
      PROTOCOL_ERROR,
      [frame(TYPE.headers, 0, 1, OK), frame(TYPE.continuation, END_HEADERS, 3)],
    ],
    ['CONTINUATION of nothing', PROTOCOL_ERROR, [frame(TYPE.continuation, END_HEADERS, 1)]],
    [
      'CONTINUATION without end',
      ENHANCE_YOUR_CALM,
      [frame(TYPE.headers, 0, 1), ...(Array(100).fill(frame(TYPE.continuation, 0, 1)) as Buffer[])],
    ],
    [
      'a header block without end',
      ENHANCE_YOUR_CALM,
      [frame(TYPE.headers, 0, 1), ...(Array(3).fill(frame(TYPE.continuation, 0, 1, Buffer.alloc(16_384))) as Buffer[])],
    ],
    ['PRIORITY on the connection', PROTOCOL_ERROR, [frame(TYPE.priority, 0, 0, Buffer.alloc(5))]],
    ['PRIORITY of a wrong size', FRAME_SIZE_ERROR, [frame(TYPE.priority, 0, 1, Buffer.alloc(4))]],
    ['RST_STREAM on the connection', PROTOCOL_ERROR, [frame(TYPE.reset, 0, 0, numbers(0))]],
    ['RST_STREAM on a stream that nobody opened', PROTOCOL_ERROR, [frame(TYPE.reset, 0, 9, numbers(0))]],
    ['RST_STREAM of a wrong size', FRAME_SIZE_ERROR, [frame(TYPE.reset, 0, 1, Buffer.alloc(3))]],
    ['SETTINGS on a stream', PROTOCOL_ERROR, [frame(TYPE.settings, 0, 1)]],
    ['half a setting', FRAME_SIZE_ERROR, [frame(TYPE.settings, 0, 0, Buffer.alloc(7))]],
    ['an acknowledgement with a payload', FRAME_SIZE_ERROR, [frame(TYPE.settings, ACK, 0, Buffer.alloc(6))]],
    ['a server that wants to push', PROTOCOL_ERROR, [settings([ENABLE_PUSH, 1])]],
    ['a window beyond 31 bits', FLOW_CONTROL_ERROR, [settings([INITIAL_WINDOW_SIZE, 0x8000_0000])]],
    ['too small a frame size', PROTOCOL_ERROR, [settings([MAX_FRAME_SIZE, 16_383])]],
    ['too large a frame size', PROTOCOL_ERROR, [settings([MAX_FRAME_SIZE, 16_777_216])]],
    ['PUSH_PROMISE', PROTOCOL_ERROR, [frame(TYPE.promise, END_HEADERS, 1, Buffer.concat([numbers(2), OK]))]],
    ['PING on a stream', PROTOCOL_ERROR, [frame(TYPE.ping, 0, 1, Buffer.alloc(8))]],
    ['PING of a wrong size', FRAME_SIZE_ERROR, [frame(TYPE.ping, 0, 0, Buffer.alloc(7))]],
    ['GOAWAY on a stream', PROTOCOL_ERROR, [frame(TYPE.goaway, 0, 1, numbers(0, 0))]],
    ['GOAWAY of a wrong size', FRAME_SIZE_ERROR, [frame(TYPE.goaway, 0, 0, Buffer.alloc(7))]],
    ['WINDOW_UPDATE by nothing', PROTOCOL_ERROR, [frame(TYPE.update, 0, 0, numbers(0))]],
    ['WINDOW_UPDATE of a wrong size', FRAME_SIZE_ERROR, [frame(TYPE.update, 0, 0, Buffer.alloc(5))]],
    ['WINDOW_UPDATE beyond 31 bits', FLOW_CONTROL_ERROR, [frame(TYPE.update, 0, 0, numbers(0x7fff_ffff))]],
    ['WINDOW_UPDATE on a stream that nobody opened', PROTOCOL_ERROR, [frame(TYPE.update, 0, 9, numbers(1))]],
    ['a frame larger than announced', FRAME_SIZE_ERROR, [frame(0x77, 0, 0, Buffer.alloc(16_385))]],
    [
      'PINGs whose answers are not read',
      ENHANCE_YOUR_CALM,
      Array(2_000).fill(frame(TYPE.ping, 0, 0, Buffer.alloc(8))) as Buffer[],
    ],
  ])('%s', (_, code, frames) => {
    const peer = new Peer();
    const stream = peer.request();
    peer.sent();
    peer.receive(...frames, frame(TYPE.ping, 0, 0, Buffer.alloc(8)));
    expect(peer.error).toMatchObject({ name: 'Http2Error', code });
    expect(peer.said()).toEqual([`GOAWAY code ${code}`]);
    expect(peer.session).toMatchObject({ isFailed: true, canOpen: false });
    // Nothing more is read.
    peer.receive(answer(1));
    expect(peer.over.filter((each) => each === stream && each.end !== 'complete')).toEqual([]);
    expect(peer.sent()).toEqual([]);
  });

  it.each<[string, Buffer]>([
    ['anything but SETTINGS', frame(TYPE.ping, 0, 0, Buffer.alloc(8))],
    ['an acknowledgement', frame(TYPE.settings, ACK, 0)],
    ['HTTP/1.1', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('%s as the first frame', (_, first) => {
    const peer = new Peer({ ready: false });
    peer.receive(first);
    expect(peer.error).not.toBeNull();
    expect(peer.limits).toEqual([]);
  });

  it('throws requests away that were not handed on: they surely never reach the server', () => {
    const peer = new Peer();
    peer.request();
    peer.receive(frame(TYPE.data, 0, 0));
    expect(peer.said()).toEqual(['GOAWAY code 1']);
  });
});

describe('what is ignored', () => {
  it.each<[string, Buffer]>([
    ['frames of unknown types (§5.5)', frame(0x77, 0xff, 5, Buffer.from('hello'))],
    ['PRIORITY (§5.3.2)', frame(TYPE.priority, 0, 99, Buffer.alloc(5))],
    ['WINDOW_UPDATE on a stream that has ended (§5.1)', frame(TYPE.update, 0, 1, numbers(5))],
    ['RST_STREAM on a stream that has ended (§5.1)', frame(TYPE.reset, 0, 1, numbers(0))],
    ['unknown flags (§4.1)', frame(TYPE.ping, ACK | 0xf0, 0, Buffer.alloc(8))],
    ['the reserved bit of a stream id (§4.1)', frame(TYPE.settings, ACK, 0x8000_0000)],
  ])('%s', (_, bytes) => {
    const peer = new Peer();
    peer.request();
    peer.receive(answer(1));
    peer.sent();
    peer.receive(bytes);
    expect(peer.error).toBeNull();
    expect(peer.sent()).toEqual([]);
  });
});

describe('RST_STREAM (§6.4)', () => {
  it('of the server ends the stream with its code', () => {
    const peer = new Peer();
    const stream = peer.request();
    peer.receive(frame(TYPE.reset, 0, 1, numbers(7)));
    expect(stream).toMatchObject({ end: 'reset', resetCode: 7, status: 0 });
    expect(peer.over).toEqual([stream]);
  });

  it('of ours is told to the server; what it still sends on the stream is read over, tables and windows included', () => {
    const peer = new Peer();
    const stream = peer.request();
    peer.request();
    peer.sent();
    peer.session.cancel(stream);
    peer.session.cancel(stream);
    expect(peer.said()).toEqual(['RST_STREAM 1 code 8']);
    // Puts `x: y` into the decoder's table, which the next answer uses.
    peer.receive(
      frame(TYPE.headers, END_HEADERS, 1, Buffer.from([0x88, 0x40, 1, 0x78, 1, 0x79])),
      frame(TYPE.data, END_STREAM, 1, Buffer.alloc(100)),
      frame(TYPE.headers, END_HEADERS | END_STREAM, 3, Buffer.from([0x88, 0xbe])),
    );
    expect(peer.error).toBeNull();
    expect(peer.over).toHaveLength(1);
    expect(peer.over[0].fields).toEqual({ x: 'y' });
  });
});

describe('PING (§6.7)', () => {
  it('is answered with the same bytes', () => {
    const peer = new Peer();
    peer.receive(frame(TYPE.ping, 0, 0, Buffer.from('12345678')));
    expect(peer.said()).toEqual(['PING ack 12345678']);
  });

  it('is asked, and its answer told', () => {
    const peer = new Peer();
    peer.session.ping();
    const [ping] = peer.sent();
    expect(ping).toMatchObject({ type: TYPE.ping, flags: 0, stream: 0 });
    peer.receive(frame(TYPE.ping, ACK, 0, ping.payload));
    expect(peer.pongs).toBe(1);
  });
});

describe('GOAWAY (§6.8)', () => {
  it('ends the streams above its last one as unprocessed, and no other', () => {
    const peer = new Peer();
    const streams = [peer.request(), peer.request(), peer.request()];
    peer.receive(goaway(3, 0, '{"reason":"Shutdown"}'));
    expect(peer.goaways).toEqual([{ code: 0, debug: '{"reason":"Shutdown"}' }]);
    expect(peer.over).toEqual([streams[2]]);
    expect(streams[2].end).toBe('unprocessed');
    expect(peer.session.canOpen).toBe(false);
    peer.receive(answer(1), answer(3));
    expect(streams.map(({ end }) => end)).toEqual(['complete', 'complete', 'unprocessed']);
    expect(peer.error).toBeNull();
  });

  it('may come again with an earlier stream, never with a later one', () => {
    const peer = new Peer();
    const streams = [peer.request(), peer.request(), peer.request()];
    peer.receive(goaway(0x7fff_ffff), goaway(3), goaway(5), goaway(1));
    expect(streams.map(({ end }) => end)).toEqual([null, 'unprocessed', 'unprocessed']);
    expect(peer.goaways).toHaveLength(4);
    expect(peer.error).toBeNull();
  });

  it('leaves requests that wait for the window with who sent them', () => {
    const peer = new Peer();
    const large = Buffer.alloc(60_000);
    peer.request(large);
    const waiting = peer.request(large);
    peer.receive(goaway(1), frame(TYPE.update, 0, 0, numbers(1_000_000)));
    expect(peer.session.takeWaiting()).toEqual([waiting]);
    expect(waiting.id).toBe(0);
  });

  it('of ours names no stream: the server opens none', () => {
    const peer = new Peer();
    peer.session.goaway();
    const [frameOfOurs] = peer.sent();
    expect(frameOfOurs.payload.toString('hex')).toBe('0000000000000000');
  });
});

describe('stream ids (§5.1.1)', () => {
  it('run out: then nothing more can be opened', () => {
    const peer = new Peer({ firstStreamId: 0x7fff_fffd });
    peer.request();
    expect(peer.session.canOpen).toBe(true);
    peer.request();
    expect(peer.session.canOpen).toBe(false);
    expect(peer.said().filter((line) => line.startsWith('HEADERS'))).toEqual([
      'HEADERS 2147483645',
      'HEADERS 2147483647',
    ]);
    peer.receive(answer(0x7fff_ffff), answer(0x7fff_fffd));
    expect(peer.over.map(({ end }) => end)).toEqual(['complete', 'complete']);
  });

  it('of streams that outlive thousands of others are still known', () => {
    const peer = new Peer();
    peer.receive(frame(TYPE.update, 0, 0, numbers(10_000_000)));
    const old = peer.request();
    for (let id = 3; id < 30_000; id += 2) {
      peer.request();
      peer.receive(answer(id));
    }
    expect(peer.session.streams.all()).toEqual([old]);
    peer.receive(answer(1, 410));
    expect(old).toMatchObject({ end: 'complete', status: 410 });
    expect(peer.over).toHaveLength(15_000);
  });
});

describe('the size of the server’s header table (RFC 7541 §4.2)', () => {
  it('is followed: a smaller one is told at the beginning of the next block', () => {
    const peer = new Peer();
    peer.request();
    peer.receive(settings([HEADER_TABLE_SIZE, 0]));
    peer.sent();
    peer.request();
    const headers = peer.sent().find(({ type }) => type === TYPE.headers);
    expect(headers?.payload[0]).toBe(0x20);
  });
});
