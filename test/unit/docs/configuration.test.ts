import { transformSync } from '@swc/core';
import type { z } from '@strapi/utils';
import { parseConfig } from '../../../server/config';
import { APP_DEFAULTS, DEFAULTS, TRIGGER_DEFAULTS } from '../../../server/config/defaults';
import { CONFIG_SCHEMA } from '../../../server/config/schema';
import { createSigningKey } from '../../simulator';
import { readPage, readPages, tableRows } from './documents';

const VARIABLES: Readonly<Record<string, string>> = {
  APNS_KEY_ID: 'ABC123DEFG',
  APNS_TEAM_ID: 'DEF123GHIJ',
  APNS_KEY: createSigningKey().privateKeyPem,
};

/** As Strapi hands it to configuration files; a variable that is not set here is a mistake of the example. */
function createEnv() {
  const read = (name: string, fallback?: unknown): unknown => {
    const value = VARIABLES[name] ?? fallback;
    if (value === undefined) throw new Error(`The example reads ${name}, which the test does not set.`);
    return value;
  };
  return Object.assign(read, {
    int: (name: string, fallback?: number) => Number(read(name, fallback)),
    float: (name: string, fallback?: number) => Number(read(name, fallback)),
    bool: (name: string, fallback?: boolean) => String(read(name, fallback)) === 'true',
    json: (name: string, fallback?: object) => JSON.parse(String(read(name, JSON.stringify(fallback)))) as unknown,
  });
}

type Plugins = Record<string, { enabled?: boolean; config?: unknown }>;

/** Runs a configuration file, as Strapi would. */
function load(source: string): Plugins {
  const { code } = transformSync(source, {
    swcrc: false,
    module: { type: 'commonjs' },
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  });
  const module = { exports: {} as unknown };
  // Types are gone by now, so whatever is still required is more than an example needs.
  const require = (name: string) => {
    throw new Error(`The example requires ${name}.`);
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('module', 'exports', 'require', code)(module, module.exports, require);
  const { exports } = module as { exports: { default?: unknown } };
  const made = (exports.default ?? exports) as ({ env }: { env: unknown }) => Plugins;
  return made({ env: createEnv() });
}

const examples = readPages().flatMap(({ file, fences }) =>
  fences
    .filter(({ language, text }) => /^[jt]s$/.test(language) && text.includes('config/plugins'))
    .map(({ text }, n) => ({ name: `${file}, example ${n + 1}`, text })),
);

describe('an example of config/plugins', () => {
  test('is there', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  test.each(examples)('is accepted: $name', ({ text }) => {
    const plugin = load(text)['background-push'];
    expect(() => parseConfig(plugin.config)).not.toThrow();
  });

  test('with everything has every setting at its default', () => {
    const everything = examples.find(({ text }) => text.includes('everything, with its default'));
    const { config } = load(everything!.text)['background-push'] as { config: Record<string, unknown> };
    expect(config).toEqual({ ...DEFAULTS, apps: [expect.anything()], triggers: [expect.anything()] });
    const [app] = config.apps as object[];
    const [trigger] = config.triggers as object[];
    expect(app).toMatchObject({ customKeys: APP_DEFAULTS.customKeys, sandbox: APP_DEFAULTS.sandbox });
    expect(trigger).toMatchObject(TRIGGER_DEFAULTS);
  });
});

interface Option {
  name: string;
  /** Undefined: it has to be given, or its default depends on others. */
  fallback: unknown;
}

/** What of Zod is looked at: an object's fields, a list's items, what may be null, and what a transformation reads. */
interface Definition {
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
}

/** Every option of the schema: single values, lists, and what stands in the lists. */
function optionsOf(schema: z.ZodType, name: string, fallback: unknown): Option[] {
  const { shape, element, innerType, in: input } = schema.def as Definition;
  if (input) return optionsOf(input, name, fallback);
  // A lane may be null, so it is an option as well as its fields.
  if (innerType) return [{ name, fallback }, ...optionsOf(innerType, name, fallback).filter(isBelow(name))];
  if (shape) {
    return Object.entries(shape).flatMap(([key, field]) =>
      optionsOf(field, name === '' ? key : `${name}.${key}`, (fallback as Record<string, unknown> | null)?.[key]),
    );
  }
  // A list of texts has no options of its own.
  const items = element ? optionsOf(element, `${name}[]`, itemDefaults(name)) : [];
  return [{ name, fallback }, ...items.filter(isBelow(`${name}[]`))];
}

const isBelow = (parent: string) => (option: Option) => option.name !== parent;

const itemDefaults = (list: string) =>
  ({ apps: APP_DEFAULTS, triggers: TRIGGER_DEFAULTS })[list] as Record<string, unknown> | undefined;

const options = optionsOf(CONFIG_SCHEMA, '', DEFAULTS);

interface Row {
  type: string;
  fallback: string;
  allowed: string;
}

const page = readPage('docs/configuration.md');

/** The tables of options, by option. */
const rows = new Map<string, Row>(
  tableRows(page)
    .filter((cells) => cells.length === 5 && cells[0].startsWith('`'))
    .flatMap(([names, type, fallback, , allowed]) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => [name, { type, fallback, allowed }] as const),
    ),
);

const CREDENTIAL = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', key: VARIABLES.APNS_KEY };

/** A configuration in which one option has a value that no option takes. */
function withWrong(option: string): object {
  const config: Record<string, unknown> = {
    apps: [{ bundleId: 'com.example.news', production: { ...CREDENTIAL }, sandbox: { ...CREDENTIAL } }],
    triggers: [{ name: 'articles', contentType: 'api::article.article', apps: ['com.example.news'] }],
  };
  const parts = option.replaceAll('[]', '.0').split('.');
  const last = parts.pop()!;
  let target = config;
  for (const part of parts) target = (target[part] ??= {}) as Record<string, unknown>;
  target[last] = 5.5;
  return config;
}

describe('docs/configuration.md', () => {
  test('names every option and no other', () => {
    expect([...rows.keys()].sort()).toEqual(options.map(({ name }) => name).sort());
  });

  test('shows errors as they are', () => {
    const problems = [{ coalesce: { maxWaitMs: 5_000 } }, { coalesce: { quiteMs: 5_000 } }].flatMap(problemsOf);
    expect(page.fences.map(({ text }) => text.trimEnd().split('\n'))).toContainEqual(problems);
  });

  test.each(options)('tells the default of $name', ({ name, fallback }) => {
    const { fallback: written } = rows.get(name)!;
    if (fallback === undefined) return expect(written).not.toContain('`');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    expect(new Function(`return (${written.replaceAll('`', '')})`)()).toEqual(fallback);
  });

  test.each(options)('tells what $name is told when it is wrong', ({ name }) => {
    const place = `plugin::background-push config.${name.replaceAll('[]', '[0]')} `;
    const problem = problemsOf(withWrong(name)).find((line) => line.startsWith(place));
    expect(problem).toContain(` ${rows.get(name)!.allowed}.`);
  });
});

function problemsOf(config: object): string[] {
  try {
    parseConfig(config);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}
