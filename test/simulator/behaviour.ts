/** Which requests a behaviour is for. All fields together; a field left out does not restrict. */
export interface Selector {
  /** A device token (hex), or `all`, the default. */
  token?: string;
  /** Only on connections that were open when the behaviour was given: what a new connection heals. */
  connections?: 'existing';
  /** Only this request of each connection, counted from 1. */
  request?: number;
  /** Lets this many selected requests pass first. */
  after?: number;
  /** Ends after so many requests. */
  times?: number;
  /** Acts on this part of the selected requests (0 … 1), evenly spread: 0.2 is every fifth. */
  share?: number;
}

/** A GOAWAY frame and what becomes of the streams. */
export interface Goaway {
  /**
   * Which streams still get their answer: `all` received so far (the default), those up to the `current` request's,
   * or `none` (last stream 0). Streams above count as never processed and leave the log.
   */
  lastStream?: 'all' | 'current' | 'none';
  /** HTTP/2 error code; 0, NO_ERROR, by default. */
  code?: number;
  /** Debug data; by default `{"reason":"Shutdown"}`. */
  debug?: string;
  /** Sends a first GOAWAY with the highest stream id, as a graceful server does, then this one. */
  twice?: boolean;
}

/** What the bytes of a connection suffer from now on; see wire.ts. */
export interface WireFault {
  /** Reads nothing more. */
  deaf?: boolean;
  /** Writes nothing more, and drops what it should have written. */
  mute?: boolean;
  /** Leaves PINGs unanswered. */
  swallowPings?: boolean;
  /** Header blocks come padded and with CONTINUATION frames, bodies in padded pieces. */
  splitFrames?: boolean;
  /** Writes a byte at a time. */
  slowBytes?: boolean;
}

/** What happens to a selected request, or to its connection. */
export interface Effects {
  /** Answers with this reason instead of 200; a request that breaks a rule keeps the answer of the rule. */
  reason?: string;
  /** By default the one Apple documents for the reason, or 400. */
  status?: number;
  /** Milliseconds since the epoch; of a 410, by default the simulator's clock. */
  timestamp?: number;
  /** Further header fields of the answer, `retry-after` for example. */
  headers?: Record<string, string>;
  /** An error without a body. */
  emptyBody?: boolean;
  /** An error with a page of HTML as its body, as a proxy makes it. */
  htmlBody?: boolean;
  /** Milliseconds between the request and its answer, beside the simulator's `latencyMs`. */
  delayMs?: number;
  /** Never answers; the request stays in the log with status null. */
  hang?: boolean;
  /** RST_STREAM with REFUSED_STREAM: not processed, not in the log. */
  refuse?: boolean;
  /** RST_STREAM with this error code, after the request was logged. */
  reset?: number;
  /** Sends GOAWAY and closes the connection when the streams that may finish have finished. */
  goaway?: Goaway;
  /** Destroys the socket; requests not answered stay in the log with status null. */
  cut?: boolean;
  /** Changes the stream limit of the connection by SETTINGS. 0 is allowed. */
  streams?: number;
  wire?: WireFault;
}

export interface Behaviour extends Selector, Effects {
  /** Acts at once on every open connection, and only then. For `goaway`, `cut`, `streams` and `wire`. */
  now?: boolean;
}

/** Apple's status for each documented reason. */
export const STATUS_OF: Readonly<Record<string, number>> = {
  BadCollapseId: 400,
  BadDeviceToken: 400,
  BadExpirationDate: 400,
  BadMessageId: 400,
  BadPriority: 400,
  BadTopic: 400,
  DeviceTokenNotForTopic: 400,
  DuplicateHeaders: 400,
  IdleTimeout: 400,
  InvalidPushType: 400,
  MissingDeviceToken: 400,
  MissingTopic: 400,
  PayloadEmpty: 400,
  TopicDisallowed: 400,
  BadCertificate: 403,
  BadCertificateEnvironment: 403,
  BadEnvironmentKeyIdInToken: 403,
  BadEnvironmentKeyInToken: 403,
  ExpiredProviderToken: 403,
  Forbidden: 403,
  InvalidProviderToken: 403,
  MissingProviderToken: 403,
  UnrelatedKeyIdInToken: 403,
  BadPath: 404,
  MethodNotAllowed: 405,
  ExpiredToken: 410,
  Unregistered: 410,
  PayloadTooLarge: 413,
  TooManyProviderTokenUpdates: 429,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
  Shutdown: 503,
};

interface Standing {
  behaviour: Behaviour;
  /** Connections with a higher number opened after the behaviour was given. */
  newestConnection: number;
  selected: number;
  acted: number;
}

/** The behaviours in force. */
export interface BehaviourBook {
  /** Returns what takes it back. */
  add(behaviour: Behaviour, newestConnection: number): () => void;
  /** What happens to this request; counts it. Where several act, a device's own beat those for all, the newer the older. */
  effectsOn(request: { token: string; connection: number; stream: number }): Effects;
  clear(): void;
}

const isForAll = ({ behaviour }: Standing): boolean => (behaviour.token ?? 'all') === 'all';

/** A client's streams are the odd ones. */
const requestOf = (stream: number): number => (stream + 1) / 2;

/** Counts a selected request and says whether the behaviour acts on it. */
const acts = (standing: Standing): boolean => {
  const { after = 0, times = Infinity, share = 1 } = standing.behaviour;
  const position = standing.selected++ - after;
  if (position < 0 || standing.acted >= times) return false;
  // Every time the running share passes a whole number: evenly spread, and the same in every run.
  if (Math.floor((position + 1) * share + 1e-9) === Math.floor(position * share + 1e-9)) return false;
  standing.acted++;
  return true;
};

export const createBehaviourBook = (): BehaviourBook => {
  let book: Standing[] = [];

  return {
    add(behaviour, newestConnection) {
      const token = behaviour.token?.toLowerCase();
      const standing = { behaviour: { ...behaviour, token }, newestConnection, selected: 0, acted: 0 };
      book.push(standing);
      return () => {
        book = book.filter((other) => other !== standing);
      };
    },
    effectsOn({ token, connection, stream }) {
      if (book.length === 0) return {};
      const selected = book.filter(
        (standing) =>
          (isForAll(standing) || standing.behaviour.token === token) &&
          (standing.behaviour.request ?? requestOf(stream)) === requestOf(stream) &&
          (standing.behaviour.connections !== 'existing' || connection <= standing.newestConnection),
      );
      const acting = selected.filter(acts);
      const ordered = [...acting.filter(isForAll), ...acting.filter((standing) => !isForAll(standing))];
      return Object.assign({}, ...ordered.map(({ behaviour }) => behaviour)) as Effects;
    },
    clear() {
      book = [];
    },
  };
};
