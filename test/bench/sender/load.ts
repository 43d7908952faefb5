/** What a client under measurement is told. Plain JSON: each client runs in a process of its own. */
export interface LoadOptions {
  client: ClientName;
  origin: string;
  /** PEM of the authority to trust. */
  ca: string;
  /** PEM of the provider key. */
  key: string;
  pushes: number;
  /** Sent before anything is measured: connections open, code is compiled. */
  warmUp: number;
  /** In flight on each connection. */
  streams: number;
  connections: number;
  /** Pushes per second; null: as fast as they go. */
  rate: number | null;
}

export type ClientName = 'own' | 'nodeHttp2' | 'undici' | 'nodeApn' | 'apns2';

/** What one run showed. Times in seconds. */
export interface LoadResult {
  pushes: number;
  accepted: number;
  seconds: number;
  /** User and system time of the client's process. */
  cpuSeconds: number;
  peakRssMiB: number;
  /** Resident after the run, when rubbish was collected. */
  rssMiB: number;
  loopDelayP99Ms: number;
}

/** A client under measurement. */
export interface LoadClient {
  /** Sends so many pushes, at most `streams` × `connections` at once; resolves with how many were accepted. */
  send(count: number, pace: Pace | null): Promise<number>;
  close(): Promise<unknown>;
}

/** How many pushes may be sent by now. */
export interface Pace {
  due(): number;
}

export const KEY_ID = 'KEY4BENCH0';
export const TEAM_ID = 'TEAM4BENCH';
export const TOPIC = 'com.example.news';
const DEVICES = 10_000;

/** A payload as the plugin makes them; with `aps` it has about 200 bytes. */
export const CONTENT = {
  content: {
    v: 1,
    epoch: 'k3v9q2m4x8',
    since: 4_711,
    rev: 4_712,
    changes: [['api::article.article', 'q7w3e5r1t9y2u8i4o6p0a', 'en', 'publish']],
    note: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  },
};
export const PAYLOAD = { aps: { 'content-available': 1 }, ...CONTENT };

/** Devices to push to, again and again: making up new ones would be most of what is measured. */
export interface Device {
  token: string;
  apnsId: string;
}

export function createDevices(): Device[] {
  let state = 0x9e3779b9;
  const digits = (count: number) => {
    let text = '';
    while (text.length < count) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      text += (state >>> 8).toString(16).padStart(6, '0');
    }
    return text.slice(0, count);
  };
  return Array.from({ length: DEVICES }, () => {
    const id = digits(32);
    // Out of a buffer: strings in one piece, as they come from a database.
    return {
      token: Buffer.from(digits(64)).toString('latin1'),
      apnsId: Buffer.from(
        `${id.slice(0, 8)}-${id.slice(8, 12)}-5${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20)}`,
      ).toString('latin1'),
    };
  });
}
