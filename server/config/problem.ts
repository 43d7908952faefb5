/** One thing that is wrong with the configuration. */
export interface Problem {
  /** From `config` on: `['apps', 0, 'bundleId']`. */
  path: readonly PropertyKey[];
  /** Completes the sentence that path and value begin: `must be at least quietMs (10000)`. */
  message: string;
  /** For a setting that should not be there at all: its value explains nothing and may be anything. */
  hideValue?: boolean;
}

const PREFIX = 'plugin::background-push';

/** Settings whose value is, or may hold, a secret. */
const SECRET = new Set<PropertyKey>(['key', 'ca']);
/** Longer texts are not printed anywhere: somebody may have pasted a key into the wrong setting. */
const MAX_PRINTED = 48;

/**
 * One sentence per problem, such as
 * `plugin::background-push config.coalesce.maxWaitMs (5000) must be at least quietMs (10000).`
 * Shows the wrong value, but never that of a secret setting and nothing that could be a key.
 */
export function formatProblems(problems: readonly Problem[], config: unknown): string {
  return problems
    .map(({ path, message, hideValue }) => {
      const value = hideValue ? '' : shown(path, config);
      return `${PREFIX} ${nameOf(path)}${value} ${message}.`;
    })
    .join('\n');
}

function nameOf(path: readonly PropertyKey[]): string {
  return ['config', ...path.map((part) => partOf(part))].join('');
}

function partOf(part: PropertyKey): string {
  if (typeof part === 'number') return `[${part}]`;
  const name = String(part);
  if (name.length > MAX_PRINTED) return `[${name.length} characters]`;
  return /^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function shown(path: readonly PropertyKey[], config: unknown): string {
  const value = path.reduce<unknown>((parent, part) => (parent as Record<PropertyKey, unknown> | null)?.[part], config);
  if (value === undefined) return ' is missing: it';
  if (path.some((part) => SECRET.has(part))) return '';
  switch (typeof value) {
    case 'string':
      return value.length > MAX_PRINTED || value.includes('-----BEGIN')
        ? ` (${value.length} characters)`
        : ` ('${value}')`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return ` (${value})`;
    case 'object':
      return value === null ? ' (null)' : Array.isArray(value) ? ' (a list)' : ' (an object)';
    default:
      return ` (a ${typeof value})`;
  }
}
