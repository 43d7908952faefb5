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

  function arm(ms: number): void {
    timer = setTimeout(check, ms).unref();
  }

  function check(): void {
    timer = null;
    const now = performance.now();
    for (const request of running) {
      const leftMs = request.writtenAt + timeoutMs - now;
      if (leftMs > 0) {
        // Timers count whole milliseconds.
        arm(Math.ceil(leftMs));
        return;
      }
      running.delete(request);
      ranOut(request);
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
      if (timer) clearTimeout(timer);
      timer = null;
      running.clear();
    },
  };
}
