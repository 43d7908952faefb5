import type { BeforePush, BeforePushCall } from '../../config';
import type { Alarms } from '../../alarms/alarms';
import { describeError } from '../../store/database-error';

export const beforePushAlarm = (laneId: number) => `before-push:${laneId}`;

export interface BeforePushOptions {
  /** `delivery.beforePush` */
  hook: BeforePush | null;
  alarms: Pick<Alarms, 'raise' | 'clear'>;
}

/**
 * Tells something of the operator's that a push is about to leave, so that caches of other addresses can be emptied first.
 * A push waits for it until its deadline and then leaves all the same. Never rejects.
 */
export function createBeforePush({ hook, alarms }: BeforePushOptions) {
  return async (laneId: number, call: BeforePushCall): Promise<void> => {
    if (hook === null) return;
    try {
      await withDeadline(hook.timeoutMs, (signal) => run(hook, call, signal));
      await alarms.clear(beforePushAlarm(laneId));
    } catch (error) {
      const message = describeError(error);
      await alarms.raise(beforePushAlarm(laneId), 'before-push-failed', { message }, laneId).catch(() => undefined);
    }
  };
}

export type BeforePushStep = ReturnType<typeof createBeforePush>;

async function run(hook: BeforePush, call: BeforePushCall, signal: AbortSignal): Promise<void> {
  if (hook.run) {
    await hook.run(call, signal);
    return;
  }
  const response = await fetch(fill(hook.url, call), { method: hook.method, headers: hook.headers, signal });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${hook.method} answered ${response.status}`);
}

/** Puts what the push is about in the places of an address. */
function fill(url: string, call: BeforePushCall): string {
  return url.replace(/\{(app|environment|epoch|since|rev)\}/g, (_, name: keyof BeforePushCall) =>
    encodeURIComponent(String(call[name])),
  );
}

async function withDeadline(ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`did not end within ${ms} ms`);
      late.abort(error);
      reject(error);
    }, ms);
  });
  try {
    await Promise.race([work(late.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}
