import { STATUS_OF, type Effects } from './behaviour';
import type { Verdict } from './rules';

export interface Answer {
  status: number;
  reason: string | null;
  headers: Record<string, string>;
  body: string;
}

const HTML = '<html><body><h1>Internal Server Error</h1></body></html>';

const bodyOf = (reason: string, status: number, effects: Effects, now: number): string => {
  if (effects.emptyBody) return '';
  if (effects.htmlBody) return HTML;
  // Apple: only a 410 has a timestamp, in milliseconds.
  const timestamp = effects.timestamp ?? (status === 410 ? now : undefined);
  return JSON.stringify({ reason, timestamp });
};

/** The answer to a judged request. A broken rule keeps Apple's answer whatever the behaviour says. */
export const answerTo = (verdict: Verdict, effects: Effects, now: number): Answer => {
  const headers = { ...effects.headers };
  if (verdict.reason !== null) {
    const { status, reason } = verdict;
    return { status, reason, headers, body: bodyOf(reason, status, {}, now) };
  }
  const isError = effects.reason !== undefined || effects.status !== undefined || effects.htmlBody || effects.emptyBody;
  const status = effects.status ?? (isError ? (STATUS_OF[effects.reason ?? ''] ?? 400) : 200);
  if (status === 200) return { status, reason: null, headers, body: '' };
  const reason = effects.reason ?? 'InternalServerError';
  return { status, reason, headers, body: bodyOf(reason, status, effects, now) };
};
