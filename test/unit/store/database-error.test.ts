import { describeError, withoutValues } from '../../../server/store/database-error';

const TOKEN = 'ab'.repeat(32);

describe('an error as it is logged', () => {
  it.each([
    ['keeps the words of an error of ours', new Error('the lease was lost'), 'the lease was lost'],
    [
      'loses the statement of Knex, whatever its values hold',
      new Error(`insert into \`background_push_devices\` (a) values ('${TOKEN} - x') - read ECONNRESET`),
      'read ECONNRESET (insert background_push_devices)',
    ],
    [
      'loses what a server quotes',
      Object.assign(new Error(`Duplicate entry '${TOKEN}'`), { code: 'ER_DUP_ENTRY', sqlState: '23000', errno: 1062 }),
      'ER_DUP_ENTRY: a unique key is taken',
    ],
    [
      'has the number of a server’s error that has no name',
      Object.assign(new Error(`Unheard of: '${TOKEN}'`), { sqlState: 'HY000', errno: 4711 }),
      '4711: the database refused a statement',
    ],
    [
      'names what PostgreSQL names',
      Object.assign(new Error('duplicate key'), {
        code: '23505',
        severity: 'ERROR',
        detail: `Key (token)=(${TOKEN}) already exists.`,
        constraint: 'one_token',
      }),
      '23505: a unique key is taken, constraint one_token',
    ],
    ['keeps a hyphen of ours', new Error('the app "News - UK" is none'), 'the app "News - UK" is none'],
    ['has a code where it has no words', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['has at least a name', new TypeError(''), 'TypeError'],
    ['does not repeat what was thrown instead of an error', TOKEN, 'no error but string was thrown'],
  ])('%s', (_what, error, said) => {
    expect(describeError(error)).toBe(said);
  });

  it('is the same error where it has nothing to hide', () => {
    const error = new Error('the lease was lost');
    expect(withoutValues(error)).toBe(error);
  });

  it('says where it happened, and what it is, without the driver’s words above the calls', () => {
    const error = Object.assign(new Error(`Duplicate entry '\n    at ${TOKEN}\n'`), {
      code: 'ER_DUP_ENTRY',
      sqlState: '23000',
    });
    const safe = withoutValues(error) as Error & { code: string };
    expect(safe.code).toBe('ER_DUP_ENTRY');
    expect(safe.stack).toContain('database-error.test');
    expect(safe.stack).not.toContain(TOKEN);
  });
});
