import type { Params } from '../../server/admin-api/contract';
import { PATHS } from '../plugin-id';
import type { Text, TextKey } from '../text';

/** What is the matter, and what to do about it, for people. */
export interface Sentence {
  what: string;
  remedy: string;
  /** Where it can be done. */
  link?: { to: string; label: TextKey };
}

/** The texts of a sentence. */
export interface Entry {
  what: TextKey;
  remedy: TextKey;
  at?: 'apps' | 'triggers';
}

/** Every value a sentence may ask for, so that a server of another version that leaves one out still gets a whole one. */
const BLANK: Params = {
  refused: '?',
  answered: '?',
  gone: '?',
  held: '?',
  by: '–',
  name: '–',
  contentType: '–',
  bundleId: '–',
  message: '–',
  header: '–',
  address: '–',
  code: '–',
  status: '?',
  answer: '–',
};

export function render(text: Text, { what, remedy, at }: Entry, given: object): Sentence {
  const values = { ...BLANK, ...withoutEmpty(given) };
  const sentence = { what: text(what, values), remedy: text(remedy, values) };
  return at ? { ...sentence, link: { to: PATHS[at], label: `link.${at}` } } : sentence;
}

const withoutEmpty = (params: object): Params =>
  Object.fromEntries(Object.entries(params as Params).filter(([, value]) => value !== ''));

/** The entry of a code that may be of another version. */
export function entryOf<T>(table: Readonly<Record<string, T>>, code: string): T | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
