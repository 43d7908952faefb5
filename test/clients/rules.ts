/** What a client must not do, and the scenarios that notice, by their names; at least one of them must. */
export const RULES = {
  'position-in-keychain': { broken: 'the position lies in the keychain', scenarios: ['reinstalled'] },
  'several-at-a-time': {
    broken: 'several syncs at a time',
    scenarios: ['push while syncing', 'foreground while woken'],
  },
  'no-jitter': { broken: 'all wait equally long after a refusal', scenarios: ['spread after a refusal'] },
  'no-spread': { broken: 'no spread after a push', scenarios: ['spread of a herd'] },
  'goes-back': { broken: 'goes back in rev', scenarios: ['never back'] },
  'position-first': { broken: 'the position is stored before the content', scenarios: ['killed before storing'] },
  'always-registers': { broken: 'registers at every launch', scenarios: ['token rotated'] },
  'takes-html': { broken: 'takes HTML for “no changes”', scenarios: ['html'] },
  'no-sweep': {
    broken: 'does not sweep after a snapshot',
    scenarios: ['position lost', 'snapshot begins again'],
  },
  'own-since': { broken: 'asks from its own revision inside a push', scenarios: ['since inside the push'] },
} as const satisfies Record<string, { broken: string; scenarios: readonly string[] }>;

export type Rule = keyof typeof RULES;

/** How a rule is broken in a file: what stands there once, and what shall stand there. */
export type Edits = readonly (readonly [file: string, from: string, to: string])[];

/** @throws when it is not there, or more than once */
export function replaceOnce(text: string, from: string, to: string, file: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times in ${file}.`);
  return parts.join(to);
}
