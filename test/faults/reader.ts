import { isDeepStrictEqual } from 'node:util';
import { BUNDLE_ID, PLANTED } from '../integration/content/library';
import { createPhone, type Held } from '../integration/content/phone';
import { readAllRest } from '../integration/content/rest';
import { until } from '../until';
import type { LibraryProcess } from './library-process';

/** What becomes of a change at once, but for what is looked for again every ten seconds. */
const WITHIN_MS = 30_000;
const LOCALES = ['en', 'fr', 'de'] as const;
/** A process may be about to be started again. */
const TRIES = 300;

/**
 * A reader of the feed, who asks one process at one time and another at the next.
 *
 * @param leftOut document ids of entries for which the REST API has no one answer
 */
export function createReader(ask: () => LibraryProcess, limit: number, leftOut: () => Promise<Set<string>>) {
  const library = {
    get url() {
      return ask().url;
    },
  };
  const phone = createPhone({ library, app: BUNDLE_ID, limit, tries: TRIES });

  /** The keys of what differs from what the REST API of a process says, with both. */
  async function differences(): Promise<string[]> {
    const { url, shape } = ask();
    const rest = await readAllRest({ url, content: shape.content }, shape.types, LOCALES);
    const keys = [...new Set([...phone.held.keys(), ...rest.keys()])];
    const without = await leftOut();
    return keys.flatMap((key) => {
      if (without.has((JSON.parse(key) as string[])[1])) return [];
      const held = phone.held.get(key)?.content;
      const shown = rest.get(key) ?? [undefined];
      return shown.some((one) => isDeepStrictEqual(held, one))
        ? []
        : [`${key}\n  held: ${text(held)}\n  REST: ${text(shown)}`];
    });
  }

  return {
    ...phone,
    /** Whether the feed sends it back to the beginning. */
    async isReset(): Promise<boolean> {
      const { epoch, rev: since, scope } = phone.position()!;
      const { meta } = await phone.get<Held>('changes', { app: BUNDLE_ID, epoch, since, scope, include: 'content' });
      return meta.reset;
    },
    /**
     * Goes on reading until it holds what the REST API says; nobody must be writing.
     * @throws with what differs, when that does not come
     */
    async becomesEqual(why: string): Promise<void> {
      let left: string[] = [];
      await until(
        async () => {
          await phone.sync();
          left = await differences();
          return left.length === 0;
        },
        { within: WITHIN_MS, what: `${why}: what the REST API says` },
      ).catch((error: Error) => {
        throw new Error(`${error.message}\n${left.join('\n')}`, { cause: error.cause });
      });
      const all = text([...phone.held.values()]);
      for (const planted of PLANTED) if (all.includes(planted)) throw new Error(`${why}: ${planted} was handed out.`);
    },
  };
}

export type Reader = ReturnType<typeof createReader>;

const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
