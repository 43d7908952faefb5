/** Runs out for each request by itself, though there is one timer for all: they run out in the order they started. */
export interface RequestClock<Request> {
  start(request: Request): void;
  /** It was answered, or will never be. */
  stop(request: Request): void;
  /** Whose clock still runs, oldest first. */
  readonly running: Iterable<Request>;
  close(): void;
}

export interface RequestClockOptions<Request> {
  timeoutMs: number;
  /** Called on a tick of its own, after the clock was stopped. */
  ranOut(request: Request): void;
}

/** @template Request carries the `performance.now()` of its start: a monotonic clock, which nobody sets */
export function createRequestClock<Request extends { readonly writtenAt: number }>({
  timeoutMs,
  ranOut,
}: RequestClockOptions<Request>): RequestClock<Request> {
  const running = new Set<Request>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function arm(ms: number): void {
    // If the event loop was held up, answers may be waiting in the socket: they are read before anything runs out.
    timer = setTimeout(() => setImmediate(check), ms).unref();
  }

  function check(): void {
    timer = null;
    if (isClosed) return;
    const now = performance.now();
    const late: Request[] = [];
    for (const request of running) {
      const leftMs = request.writtenAt + timeoutMs - now;
      if (leftMs > 0) {
        // Timers count whole milliseconds.
        arm(Math.ceil(leftMs));
        break;
      }
      late.push(request);
    }
    for (const request of late) {
      // The outcome of one may have ended another.
      if (running.delete(request)) ranOut(request);
    }
  }

  return {
    running,
    start(request) {
      running.add(request);
      if (timer === null) arm(timeoutMs);
    },
    stop: (request) => void running.delete(request),
    close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      timer = null;
      running.clear();
    },
  };
}
