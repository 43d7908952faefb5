import { answer, frame, numbers, Peer, settings, TYPE } from './peer';

const INITIAL_WINDOW_SIZE = 4;
const body = (length: number) => Buffer.alloc(length, 'x');
const update = (stream: number, increment: number) => frame(TYPE.update, 0, stream, numbers(increment));

describe('flow control (RFC 9113 §5.2 and §6.9)', () => {
  it('of the connection holds whole requests back, in their order, until there is room', () => {
    const peer = new Peer();
    const streams = Array.from({ length: 20 }, () => peer.request(body(4_000)));
    // 65,535 bytes.
    expect(peer.written).toEqual(streams.slice(0, 16));
    expect(peer.session.isBlocked).toBe(true);
    expect(streams[16].id).toBe(0);
    peer.sent();
    peer.receive(update(0, 2_000));
    expect(peer.sent()).toEqual([]);
    peer.receive(update(0, 500));
    expect(peer.said()).toEqual(['HEADERS 33', 'DATA 33 4000 end']);
    peer.receive(update(0, 1_000_000));
    expect(peer.written).toEqual(streams);
    expect(peer.session.isBlocked).toBe(false);
  });

  it('of a stream lets the body out as the server gives room', () => {
    const peer = new Peer();
    peer.receive(settings([INITIAL_WINDOW_SIZE, 6]));
    peer.sent();
    const [first, second] = [peer.request(body(10)), peer.request(body(10))];
    expect(peer.said()).toEqual(['HEADERS 1', 'DATA 1 6', 'HEADERS 3', 'DATA 3 6']);
    expect(peer.written).toEqual([]);
    expect(peer.session.isBlocked).toBe(true);
    peer.receive(update(3, 3));
    expect(peer.said()).toEqual(['DATA 3 3']);
    peer.receive(update(3, 100), update(1, 4));
    expect(peer.said()).toEqual(['DATA 3 1 end', 'DATA 1 4 end']);
    expect(peer.written).toEqual([second, first]);
    expect(peer.session.isBlocked).toBe(false);
  });

  it('of both holds a stream until both have room', () => {
    const peer = new Peer();
    peer.receive(settings([INITIAL_WINDOW_SIZE, 40_000]));
    peer.sent();
    peer.request(body(40_000));
    const second = peer.request(body(50_000));
    expect(second.id).toBe(0);
    peer.receive(update(0, 20_000));
    // 45,535 on the connection, 40,000 of them for the stream.
    expect(second.written).toBe(40_000);
    peer.receive(update(3, 10_000));
    expect(second.written).toBe(45_535);
    peer.receive(update(0, 4_465));
    expect(second.isWhole).toBe(true);
  });

  it('starts with nothing where the server says so', () => {
    const peer = new Peer();
    peer.receive(settings([INITIAL_WINDOW_SIZE, 0]));
    peer.sent();
    const stream = peer.request(body(10));
    expect(peer.said()).toEqual(['HEADERS 1']);
    peer.receive(settings([INITIAL_WINDOW_SIZE, 10]));
    expect(peer.said()).toEqual(['SETTINGS ack', 'DATA 1 10 end']);
    expect(stream.isWhole).toBe(true);
  });

  it('may turn negative by SETTINGS, and must be paid back first (§6.9.2)', () => {
    const peer = new Peer();
    peer.receive(settings([INITIAL_WINDOW_SIZE, 20]));
    const stream = peer.request(body(30));
    peer.receive(settings([INITIAL_WINDOW_SIZE, 5]));
    expect(stream.window).toBe(-15);
    peer.sent();
    peer.receive(update(1, 15));
    expect(peer.sent()).toEqual([]);
    peer.receive(update(1, 10));
    expect(peer.said()).toEqual(['DATA 1 10 end']);
  });

  it('splits bodies that are larger than a frame may be', () => {
    const peer = new Peer();
    peer.request(body(40_000));
    expect(peer.said()).toEqual(['HEADERS 1', 'DATA 1 16384', 'DATA 1 16384', 'DATA 1 7232 end']);
  });

  it('resets a stream whose window grows by nothing, or beyond 31 bits', () => {
    const peer = new Peer();
    const streams = [peer.request(), peer.request()];
    peer.sent();
    peer.receive(update(1, 0), update(3, 0x7fff_ffff));
    expect(peer.said()).toEqual(['RST_STREAM 1 code 1', 'RST_STREAM 3 code 3']);
    expect(streams.map(({ end }) => end)).toEqual(['reset', 'reset']);
    expect(peer.error).toBeNull();
  });

  it('ends the connection when SETTINGS push a window beyond 31 bits', () => {
    const peer = new Peer();
    peer.request();
    peer.receive(update(1, 0x7fff_ff00 - 65_535), settings([INITIAL_WINDOW_SIZE, 0x7fff_ffff]));
    expect(peer.error).toMatchObject({ code: 3 });
  });

  it('gives the server room again when it has used half of its own', () => {
    const peer = new Peer();
    for (let round = 0; round < 20; round++) {
      const id = 1 + 2 * round;
      peer.request();
      peer.receive(frame(TYPE.headers, 0x4, id, Buffer.from([0x8d])), frame(TYPE.data, 0x1, id, body(10_000)));
    }
    expect(peer.error).toBeNull();
    expect(peer.said().filter((line) => line.startsWith('WINDOW_UPDATE'))).toEqual(
      Array(5).fill('WINDOW_UPDATE 0 40000'),
    );
    expect(peer.over.every(({ status, received }) => status === 404 && received === 10_000)).toBe(true);
  });

  it('lets a stream that ended in the middle of its body hold up nobody', () => {
    const peer = new Peer();
    peer.receive(settings([INITIAL_WINDOW_SIZE, 5]));
    peer.request(body(10));
    peer.receive(frame(TYPE.reset, 0, 1, numbers(7)));
    expect(peer.session.isBlocked).toBe(false);
    peer.request(body(5));
    peer.receive(answer(3));
    expect(peer.over.map(({ end }) => end)).toEqual(['reset', 'complete']);
  });
});

describe('the stream limit (RFC 9113 §5.1.2)', () => {
  const MAX_CONCURRENT_STREAMS = 3;

  it('holds requests back that waited for flow control when it fell', () => {
    const peer = new Peer();
    const first = peer.request(body(65_535));
    const waiting = peer.request(body(10));
    peer.receive(settings([MAX_CONCURRENT_STREAMS, 1]), update(0, 100_000));
    expect(waiting.id).toBe(0);
    expect(peer.session.isAtLimit).toBe(true);
    peer.sent();
    peer.receive(answer(1));
    expect(first.end).toBe('complete');
    expect(peer.said()).toEqual(['HEADERS 3', 'DATA 3 10 end']);
  });

  it('lets them out when it rises', () => {
    const peer = new Peer();
    peer.receive(settings([MAX_CONCURRENT_STREAMS, 0]));
    const stream = peer.request();
    expect(stream.id).toBe(0);
    peer.receive(settings([MAX_CONCURRENT_STREAMS, 2]));
    expect(stream).toMatchObject({ id: 1, isWhole: true });
  });
});
