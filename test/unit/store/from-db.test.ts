import { fromDb, readNumber } from '../../../server/store/from-db';

it.each([
  ['1', 1],
  [1, 1],
  [1n, 1],
  ['1700000000000', 1_700_000_000_000],
  [null, null],
  [undefined, null],
])('reads %p, as a driver may give it, as %p', (given, expected) => {
  expect(readNumber(given)).toBe(expected);
});

it('turns the times of a row into numbers, and nothing else', () => {
  const row = { id: 7, name: '12', at: '1', lease_until: '2', created_at: 3, removed_at: null };
  expect(fromDb(row)).toEqual({ id: 7, name: '12', at: 1, lease_until: 2, created_at: 3, removed_at: null });
});
