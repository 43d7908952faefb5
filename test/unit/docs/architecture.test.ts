import path from 'node:path';
import { codeSpans, readPage, ROOT, tableRows } from './documents';

/** What `npm run lint` holds rooms to. */
interface Rules {
  forbidden: { name: string; from: { path?: string }; to: { pathNot?: string | string[] } }[];
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const rules = require(path.join(ROOT, '.dependency-cruiser.cjs')) as Rules;

const page = readPage('docs/architecture.md');
const RULE = '-imports-only-what-is-below';

const plain = (pattern: string): string => pattern.replaceAll(/[\\^]|\/$/g, '');

/** Room → whose code it may run, or what it may name as a type only. */
function ruled(suffix: '' | '-types'): Map<string, string[]> {
  const found = rules.forbidden.filter(({ name }) => name.endsWith(`${RULE}${suffix}`));
  return new Map(found.map(({ from, to }) => [plain(from.path!), [to.pathNot ?? []].flat().map(plain)]));
}

test('docs/architecture.md names every room that the dependency rules know', () => {
  const rooms = [...ruled('').keys()];
  expect(rooms).toContain('server/feed');
  expect(codeSpans(page)).toEqual(expect.arrayContaining(rooms));
});

describe('what docs/architecture.md says that a room may import is what the dependency rules let it', () => {
  const code = ruled('');
  const types = ruled('-types');
  /** What every room may import besides, as the text above the table says. */
  const everywhere = ['server/admin-api/contract', 'server/user-error.ts', 'server/name-rule.ts', 'server/services.ts'];
  const domains = ['acts', 'apps', 'triggers', 'devices', 'alarms'].map((name) => `server/${name}`);
  const beside = ['bell', 'complaint', 'failpoint', 'copy-guard'].map((name) => `server/pipeline/${name}.ts`);
  const said = new Map(tableRows(page).map(([room, , imports = '']) => [room.replaceAll(/[`∅ ]/g, ''), imports]));
  const named = (text: string): string[] => [
    ...(text.includes('domain rooms') ? domains : []),
    ...[...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span),
  ];
  const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
  const without = (names: readonly string[], ...others: readonly string[][]) =>
    sorted(names.filter((name) => !others.flat().includes(name)));

  const rooms = [...code.keys()].filter((room) => /^server\//.test(room));
  test.each(rooms.filter((room) => !/pipeline\//.test(room)))('%s', (room) => {
    const [run, onlyNamed = ''] = said.get(room)!.split('; types of ');
    expect(sorted(named(run))).toEqual(without(code.get(room)!, everywhere, [room]));
    const allTypes = onlyNamed === 'all' ? ['server'] : named(onlyNamed);
    expect(sorted(allTypes)).toEqual(without(types.get(room) ?? code.get(room)!, code.get(room)!));
  });

  test.each(rooms.filter((room) => /pipeline\//.test(room)))('%s', (room) => {
    const below = (said.get(room) ?? '').split(', ').filter((name) => /^\w+$/.test(name));
    const pipeline = code.get('server/pipeline')!.filter((name) => name !== 'server/pipeline');
    expect(sorted([...below.map((name) => `server/pipeline/${name}`), ...beside])).toEqual(
      without(code.get(room)!, pipeline, [room]),
    );
    expect(without(types.get(room)!, code.get(room)!)).toEqual(
      sorted(['server/config', 'server/content', 'server/entries', 'server/pipeline']),
    );
  });
});
