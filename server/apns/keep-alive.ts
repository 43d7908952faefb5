/** Finds out whether a silent connection is still alive. */
export interface KeepAlive {
  /** Something came from the server. */
  heard(): void;
  /** There is doubt: asks at once instead of after the silence. */
  ask(): void;
  stop(): void;
}

export interface KeepAliveOptions {
  /** Silence after which the server is asked. */
  pingMs: number;
  /** How long an answer may take. */
  deadlineMs: number;
  /** Sends a PING; calls back when it was answered, and perhaps never. */
  ping(answered: () => void): void;
  /** There was no answer in time. */
  dead(): void;
}

/** Node neither sends PINGs by itself nor puts a time limit on one: on a dead connection `ping` never calls back. */
export function createKeepAlive({ pingMs, deadlineMs, ping, dead }: KeepAliveOptions): KeepAlive {
  /** Of the PING that is not answered yet. */
  let deadline: NodeJS.Timeout | null = null;
  const silence = setTimeout(ask, pingMs).unref();

  function ask(): void {
    if (deadline) return;
    // If the event loop was held up, the answer may be waiting in the socket: it is read first.
    deadline = setTimeout(() => setImmediate(judge), deadlineMs).unref();
    ping(() => {
      if (!deadline) return;
      clearTimeout(deadline);
      deadline = null;
      silence.refresh();
    });
  }

  function judge(): void {
    if (deadline) dead();
  }

  return {
    heard: () => void silence.refresh(),
    ask,
    stop() {
      clearTimeout(silence);
      if (deadline) clearTimeout(deadline);
      deadline = null;
    },
  };
}
