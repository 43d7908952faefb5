import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type Command = { do: string } & Record<string, unknown>;
export type Reply = Record<string, unknown>;

/** How to start a client's conformance program. */
export interface Program {
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
}

/** A client in a process of its own, as an app has it. */
export interface Driver {
  /** @returns null: the process died of it */
  tell(command: Command): Promise<Reply | null>;
  stop(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 120_000;

export function startDriver({ command, args, env }: Program): Driver {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const exited = once(child, 'exit').then(() => null);
  // What is written to one that has died.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async tell(said) {
      child.stdin.write(`${JSON.stringify(said)}\n`);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${said.do} was not answered.`)), ANSWERS_WITHIN_MS);
      });
      try {
        const line = await Promise.race([lines.next(), exited, late]);
        return line === null || line.done ? null : (JSON.parse(line.value) as Reply);
      } finally {
        clearTimeout(timer);
      }
    },
    async stop() {
      child.stdin.end();
      child.kill('SIGKILL');
      await exited;
    },
  };
}
