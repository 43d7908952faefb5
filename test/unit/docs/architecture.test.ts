import path from 'node:path';
import { codeSpans, readPage, ROOT } from './documents';

/** What `npm run lint` holds rooms to. */
interface Rules {
  forbidden: { name: string; from: { path?: string } }[];
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const rules = require(path.join(ROOT, '.dependency-cruiser.cjs')) as Rules;

test('docs/architecture.md names every room that the dependency rules know', () => {
  const rooms = rules.forbidden
    .filter(({ name }) => name.includes('-imports-only-what-is-below'))
    .map(({ from }) => from.path!.replaceAll(/[\\^]|\/$/g, ''));
  expect(rooms).toContain('server/feed');
  expect(codeSpans(readPage('docs/architecture.md'))).toEqual(expect.arrayContaining(rooms));
});
