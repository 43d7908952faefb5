import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { FromPhones, ToPhones } from './phones-main';

/** Phones, and the APNs in front of them, in a process of their own. */
export interface Phones {
  origin: string;
  ca: string;
  /** Forgets all, and says where they stand. */
  start(options: Omit<Extract<ToPhones, { kind: 'start' }>, 'kind'>): Promise<void>;
  report(): Promise<Extract<FromPhones, { kind: 'report' }>>;
  stop(): Promise<void>;
}

export async function startPhones(): Promise<Phones> {
  const child = fork(path.resolve(__dirname, 'phones-main.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const next = async <Kind extends FromPhones['kind']>(kind: Kind): Promise<Extract<FromPhones, { kind: Kind }>> => {
    for (;;) {
      const [message] = (await once(child, 'message')) as [FromPhones];
      if (message.kind === kind) return message as Extract<FromPhones, { kind: Kind }>;
    }
  };
  const ask = <Kind extends FromPhones['kind']>(message: ToPhones, kind: Kind) => {
    const answer = next(kind);
    child.send(message);
    return answer;
  };
  const { origin, ca } = await next('listening');
  return {
    origin,
    ca,
    start: async (options) => void (await ask({ kind: 'start', ...options }, 'started')),
    report: () => ask({ kind: 'report' }, 'report'),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
