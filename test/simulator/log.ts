import { tokenOfKey } from './fast-path';

/** A request the simulator took, and what it answered. */
export interface LogEntry {
  /** The simulator's clock, ms. */
  at: number;
  /** Connections are counted from 1 over the simulator's life. */
  connection: number;
  stream: number;
  /** Lower-case hex; empty where the path named none. */
  token: string;
  /** The id that was answered: the request's own, or one made for it. */
  apnsId: string;
  /** Answered as `apns-unique-id`; the sandbox's answers alone have one. */
  uniqueId?: string;
  topic: string | null;
  headers: Record<string, string>;
  /** Parsed JSON, or the text where it is none. */
  body: unknown;
  /** Null until it is answered; for ever, if it never is. */
  status: number | null;
  reason: string | null;
  /** The rule the request broke. */
  rule?: string;
}

export interface Summary {
  /** Requests taken, answered or not. */
  received: number;
  /** Answered 200: the request kept every rule. */
  valid: number;
  /** Different device tokens among `valid`. */
  unique: number;
  /** `valid` − `unique`: pushes that a device got once more. */
  duplicates: number;
  /** Refused or cut off by GOAWAY: by HTTP/2's rules never processed, and not counted above. */
  refused: number;
  /** Answers by status; `none` for those not answered. */
  perStatus: Record<string, number>;
  /** Opened since the last `clear`. */
  connections: number;
}

/** The simulator's memory of requests. */
export interface RequestLog {
  readonly entries: LogEntry[];
  /** Requests that by HTTP/2's rules were never processed: refused, or above a GOAWAY's last stream. */
  readonly refused: LogEntry[];
  take(entry: LogEntry): void;
  /** Moves an unanswered request out of the log. */
  disown(entry: LogEntry): void;
  answered(entry: LogEntry, status: number, reason: string | null): void;
  /** Counts a push that is not logged (fast mode), by the key of its path. */
  count(pathKey: string): void;
  connected(): void;
  accepted(): Map<string, number>;
  summary(): Summary;
  clear(): void;
}

export const createRequestLog = (): RequestLog => {
  const entries: LogEntry[] = [];
  const refused: LogEntry[] = [];
  const counted = new Map<string, number>();
  let unlogged = 0; // pushes of the fast mode
  let connections = 0;

  const tally = (): { perToken: Map<string, number>; perStatus: Record<string, number> } => {
    const perToken = new Map([...counted].map(([key, count]) => [tokenOfKey(key), count]));
    const perStatus: Record<string, number> = unlogged > 0 ? { 200: unlogged } : {};
    for (const { status, token } of entries) {
      const key = String(status ?? 'none');
      perStatus[key] = (perStatus[key] ?? 0) + 1;
      if (status === 200) perToken.set(token, (perToken.get(token) ?? 0) + 1);
    }
    return { perToken, perStatus };
  };

  return {
    entries,
    refused,
    take: (entry) => void entries.push(entry),
    disown(entry) {
      const index = entries.lastIndexOf(entry);
      if (index >= 0) entries.splice(index, 1);
      refused.push(entry);
    },
    answered(entry, status, reason) {
      entry.status = status;
      entry.reason = reason;
    },
    count(pathKey) {
      unlogged++;
      counted.set(pathKey, (counted.get(pathKey) ?? 0) + 1);
    },
    connected: () => void connections++,
    accepted: () => tally().perToken,
    summary() {
      const { perToken, perStatus } = tally();
      const valid = perStatus[200] ?? 0;
      return {
        received: entries.length + unlogged,
        valid,
        unique: perToken.size,
        duplicates: valid - perToken.size,
        refused: refused.length,
        perStatus,
        connections,
      };
    },
    clear() {
      entries.length = 0;
      refused.length = 0;
      counted.clear();
      unlogged = 0;
      connections = 0;
    },
  };
};
