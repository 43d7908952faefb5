import type { TestDatabase } from '../integration/databases';
import {
  ARTICLE,
  ASK,
  AUTHOR,
  CATEGORY,
  HOMEPAGE,
  libraryConfig,
  READ,
  triggerOf,
} from '../integration/content/library';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { LIBRARY, type TestApp } from '../integration/test-app';
import type { Shape } from './library-shape';
import type { Obeyed, Order } from './writer';

/** A library in a process of its own, with an editor in it. */
export interface LibraryProcess extends Pick<StrapiProcess, 'url' | 'kill' | 'exited' | 'log'> {
  shape: Shape;
  fill(): Promise<void>;
  begin(seed: number, name: string): Promise<void>;
  /** One edit. @returns null: the process died of it, as it was told to or by Strapi's own doing */
  edit(): Promise<Obeyed | null>;
  /** Dies at its so-manieth statement from now on; `sent`: when the database has it. */
  dieAt(statements: number, sent: boolean): Promise<void>;
}

/** After a commit Strapi reads the entry again for its events, and dies when another process has deleted it meanwhile. */
const OWN_DEATH = /TypeError: Cannot read properties of null[^]*at emitEvent \(/;

/** Content of every kind; of articles, others' fields too. */
const configFor = ({ types }: Shape) => ({
  ...libraryConfig(
    [ARTICLE, AUTHOR, CATEGORY, HOMEPAGE].map((uid) =>
      triggerOf(uid, { related: true, content: contentOf(types[uid]) }),
    ),
  ),
  // Changes are numbered all the same.
  delivery: { enabled: false },
});

const contentOf = (populate: Record<string, unknown> | null) => (populate === null ? (true as const) : { populate });

/** @param first whether nobody has been let ask yet */
export async function startLibrary(
  { database, shape, app = LIBRARY }: { database: TestDatabase; shape: Shape; app?: TestApp },
  { first = false }: { first?: boolean } = {},
): Promise<LibraryProcess> {
  const strapi = await startProcess({
    app,
    database,
    config: configFor(shape),
    env: { NODE_OPTIONS: `--require=${require.resolve('./writer.js')}` },
  });
  if (first) await strapi.grantPublic([...ASK, ...READ]);
  const { url, kill, exited, log } = strapi;

  async function tell(order: Order): Promise<Obeyed | null> {
    const said = await Promise.race([strapi.ask(order), exited]);
    if ('done' in (said as object)) return said as Obeyed;
    if ((said as Awaited<typeof exited>).signal === 'SIGKILL' || OWN_DEATH.test(log())) return null;
    throw new Error(`Strapi ended by itself: ${JSON.stringify(said)}\n${log()}`);
  }

  async function mustDo(order: Order): Promise<void> {
    const said = await tell(order);
    if (!said || said.failed) throw new Error(`${order.kind}: ${said?.done ?? 'killed'}\n${log()}`);
  }

  return {
    url,
    kill,
    exited,
    log,
    shape,
    fill: () => mustDo({ kind: 'fill' }),
    begin: (seed, name) => mustDo({ kind: 'begin', seed, name }),
    edit: () => tell({ kind: 'edit' }),
    dieAt: (statements, sent) => mustDo({ kind: 'die', statements, sent }),
  };
}
