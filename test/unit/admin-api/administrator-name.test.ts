import { administratorName, type Administrator } from '../../../server/admin-api/administrator-name';

describe('administratorName', () => {
  it.each<[string, Administrator | undefined, string]>([
    ['first and last name', { id: 1, firstname: 'Ada', lastname: 'Lovelace', username: 'ada' }, 'Ada Lovelace'],
    ['the only name there is', { id: 1, firstname: null, lastname: 'Lovelace' }, 'Lovelace'],
    ['the user name with the id', { id: 7, firstname: '', username: 'ada' }, 'ada (7)'],
    ['no address that stands for a user name', { id: 7, username: 'ada@example.com' }, 'Administrator (7)'],
    ['no address that stands for a name', { id: 7, firstname: 'ada@example.com' }, 'Administrator (7)'],
    ['one line', { id: 7, firstname: 'Ada\n', lastname: 'Love\tlace' }, 'Ada Love lace'],
    ['no way to turn the writing direction', { id: 7, firstname: 'Ada\u202E', lastname: 'Lovelace' }, 'Ada Lovelace'],
    ['as much as is kept', { id: 7, firstname: 'a'.repeat(300) }, 'a'.repeat(100)],
    ['whole characters', { id: 7, firstname: '😀'.repeat(300) }, '😀'.repeat(100)],
    ['something even when nobody is known', undefined, 'Administrator'],
  ])('is %s', (_, administrator, name) => {
    expect(administratorName(administrator)).toBe(name);
  });
});
