import type { Core } from '@strapi/strapi';
import { createEditor } from '../integration/content/editor';
import { fill, shelvesOf } from '../integration/content/library';
import { createRandom } from './random';

/** What a writer can be told. */
export type Order =
  | { kind: 'fill' }
  /** What its editor does from here on, and the word that all it writes begins with. */
  | { kind: 'begin'; seed: number; name: string }
  | { kind: 'edit' }
  /** To die at its so-manieth statement from now on; `sent`: when the database has it. */
  | { kind: 'die'; statements: number; sent: boolean };

export interface Obeyed {
  /** What it did. */
  done: string;
  /** Whether it failed: another writer was in the way, or what it meant had gone. */
  failed: boolean;
}

let editor: ReturnType<typeof createEditor> | undefined;

/** Does what it was told in the Strapi of this process, and says so. */
export async function obey(order: Order): Promise<void> {
  const said = await perform(order).then(
    (done): Obeyed => ({ done, failed: false }),
    (error: Error & { code?: string }): Obeyed => ({
      done: `${error.code ?? error.name}: ${error.message}`,
      failed: true,
    }),
  );
  process.send?.(said);
}

async function perform(order: Order): Promise<string> {
  const { strapi } = global as unknown as { strapi: Core.Strapi };
  switch (order.kind) {
    case 'fill':
      await fill(shelvesOf(strapi));
      return 'filled';
    case 'begin':
      editor = createEditor(shelvesOf(strapi), createRandom(order.seed), { name: order.name, beside: true });
      return 'begun';
    case 'edit':
      return (await editor?.edit()) ?? 'nothing';
    case 'die':
      dieAt(strapi, order);
      return 'will die';
  }
}

function dieAt(strapi: Core.Strapi, { statements, sent }: Extract<Order, { kind: 'die' }>): void {
  const die = () => process.kill(process.pid, 'SIGKILL');
  let left = statements;
  strapi.db.connection.on('query', () => {
    if (--left !== 0) return;
    if (sent) setImmediate(die);
    else die();
  });
}
