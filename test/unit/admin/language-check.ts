import { createIntl } from 'react-intl';

export type Texts = Readonly<Record<string, string>>;

/** What of the syntax tree of a message is looked at here (ICU message format, as `react-intl` reads it). */
interface Node {
  type: number;
  value?: string;
  options?: Record<string, { value: Node[] }>;
  children?: Node[];
}

const TYPE = { literal: 0, argument: 1, number: 2, date: 3, time: 4, select: 5, plural: 6, pound: 7, tag: 8 } as const;

/** A place holds so many characters anyway: the shortest English words have no room for any other language. */
const ALWAYS_FITS = 16;
const MOST_LONGER = 1.6;

/** Buttons, badges, heads of tables, labels of figures and links: what stands in one line beside others. */
const NARROW = new RegExp(
  [
    /^(nav|action|column|state|push-state|toggle|figure|environment|source|sender|fleet|count|part|wake-on)\.(?!.*-hint$)/,
    /^(?!act\.).*\.(button|send|again|add|replace|remove|check|pick|resume|pause)$/,
    /^(pinned\.badge|publish\.(without|now)|device\.(accepted|untried|refused))$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** @throws SyntaxError where a text is malformed */
function parse(text: string, locale: string): Node[] {
  const intl = createIntl({ locale, onError: () => undefined });
  return intl.formatters.getMessageFormat(text, locale).getAst() as Node[];
}

function* walk(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node;
    yield* walk(node.children ?? []);
    for (const { value } of Object.values(node.options ?? {})) yield* walk(value);
  }
}

/** What a text asks for, by name: a number however it is written, a word, one of several words, or marked-up text. */
function values(nodes: readonly Node[]): string[] {
  const found = new Set<string>();
  for (const { type, value, options } of walk(nodes)) {
    if (type === TYPE.number || type === TYPE.plural) found.add(`{${value}} as a number`);
    else if (type === TYPE.select) found.add(`{${value}} as one of ${Object.keys(options ?? {}).join(', ')}`);
    else if (type === TYPE.tag) found.add(`<${value}>`);
    else if (type !== TYPE.literal && type !== TYPE.pound) found.add(`{${value}}`);
  }
  return [...found].sort();
}

/** Which forms of a plural a text lacks, or has too many. */
function* pluralFaults(nodes: readonly Node[], locale: string): Generator<string> {
  const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
  // `many` is said like `other` in the languages here that have it.
  const needed = pluralCategories.filter((category) => category !== 'many');
  for (const { type, value, options = {} } of walk(nodes)) {
    if (type !== TYPE.plural) continue;
    const forms = Object.keys(options);
    const lacks = needed.filter((form) => !forms.includes(form));
    const surplus = forms.filter((form) => !form.startsWith('=') && !pluralCategories.some((one) => one === form));
    if (lacks.length > 0) yield `lacks the form “${lacks.join(', ')}” of {${value}}`;
    if (surplus.length > 0) yield `has the form “${surplus.join(', ')}” of {${value}}, which the language has not`;
  }
}

/** How wide the longest reading of a text is, in Latin letters; values left out. */
function widthOf(nodes: readonly Node[]): number {
  let width = 0;
  for (const { type, value = '', options, children } of nodes) {
    if (type === TYPE.literal) width += [...value].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 0);
    if (options) width += Math.max(...Object.values(options).map((option) => widthOf(option.value)));
    if (children) width += widthOf(children);
  }
  return width;
}

/** Whether a text is more than values and what joins them. */
const hasWords = (text: string): boolean => /\p{L}{3}/u.test(text.replaceAll(/\{[^}]*\}/g, ''));

function* textFaults(key: string, english: string, text: string, locale: string): Generator<string> {
  let nodes: Node[];
  try {
    nodes = parse(text, locale);
  } catch (error) {
    yield `is malformed: ${(error as Error).message}`;
    return;
  }
  const original = parse(english, 'en');
  const [asked, wanted] = [values(nodes), values(original)];
  if (asked.join() !== wanted.join()) yield `asks for ${asked.join('; ')} instead of ${wanted.join('; ')}`;
  yield* pluralFaults(nodes, locale);
  const [width, room] = [widthOf(nodes), Math.max(ALWAYS_FITS, MOST_LONGER * widthOf(original))];
  if (NARROW.test(key) && width > room) yield `is ${width} wide where ${Math.floor(room)} fit`;
}

/**
 * What is wrong with a language's texts: one line for each fault, which begins with the text's name.
 *
 * @param same names of texts that may read as they do in English
 */
export function languageFaults(
  english: Texts,
  texts: Texts,
  { locale, same = [] }: { locale: string; same?: readonly string[] },
): string[] {
  const faults: string[] = [];
  for (const [key, original] of Object.entries(english)) {
    const text = texts[key];
    if (text === undefined) faults.push(`${key} is missing`);
    else {
      for (const fault of textFaults(key, original, text, locale)) faults.push(`${key} ${fault}`);
      if (locale !== 'en' && text === original && hasWords(original) && !same.includes(key))
        faults.push(`${key} is English`);
    }
  }
  for (const [key, label] of Object.entries(texts)) {
    // What is read out of a button holds what is written on it (WCAG 2.2, 2.5.3), or who speaks to it is not heard.
    const written = key.endsWith('-label') ? texts[key.slice(0, -'-label'.length)] : undefined;
    if (written && !label.toLowerCase().includes(written.toLowerCase()))
      faults.push(`${key} does not hold “${written}”`);
  }
  for (const key of Object.keys(texts)) if (!(key in english)) faults.push(`${key} is not asked for`);
  return faults;
}
