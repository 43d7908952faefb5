export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** When to give up. */
  timeoutMs: number;
}

export interface HttpAnswer {
  status: number;
  /** @param name in lower case */
  header(name: string): string | null;
  body: string;
}

/** Makes one request. Rejects when no answer came in time; follows no redirect. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;

interface FetchAnswer {
  status: number;
  redirected?: boolean;
  type?: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** What is used of `fetch`: it is the same in browsers, workers, Node.js and React Native. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; redirect: 'manual'; signal?: unknown },
) => Promise<FetchAnswer>;

declare const globalThis: { fetch?: Fetch };
declare const AbortController: new () => { readonly signal: unknown; abort(): void };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** What a timer can hold; one that is set for longer goes off at once. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/** Of what was redirected all the same: React Native follows whatever it is told. */
const REDIRECT = 302;

export function fetchTransport(fetch: Fetch | undefined = globalThis.fetch): Transport {
  if (!fetch) throw new Error('There is no fetch here: hand over a transport.');
  return async ({ method, url, headers, body, timeoutMs }) => {
    // Not AbortSignal.timeout: React Native has none.
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), Math.min(timeoutMs, MOST_TIMER_MS));
    try {
      const answer = await fetch(url, { method, headers, body, redirect: 'manual', signal: abort.signal });
      const wasRedirected = answer.redirected === true || answer.type === 'opaqueredirect';
      return {
        status: wasRedirected ? REDIRECT : answer.status,
        header: (name) => answer.headers.get(name),
        body: await answer.text(),
      };
    } finally {
      clearTimeout(timer);
    }
  };
}
