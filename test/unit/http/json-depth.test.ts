import { isDeeperThan } from '../../../server/http/json-depth';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

test.each([
  ['nothing', undefined, 0, false],
  ['null', null, 0, false],
  ['a text', 'text', 0, false],
  ['one list of none', [], 0, true],
  ['one list of one', [], 1, false],
  ['two in one another, of one', { a: 1, b: [1] }, 1, true],
  ['two in one another, of two', { a: 1, b: [1] }, 2, false],
  ['many beside one another', Array.from({ length: 10_000 }, () => ({})), 2, false],
  ['a hundred thousand', nested(100_000), 64, true],
  ['a hundred thousand, all allowed', nested(100_000), 100_000, false],
])('%s', (_, value, max, deeper) => {
  expect(isDeeperThan(value, max)).toBe(deeper);
});
