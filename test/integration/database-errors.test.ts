import { describeError, withoutValues } from '../../server/store/database-error';
import { TABLES, type DeviceRow } from '../../server/store/tables';
import { bootContentApi, newToken, registration, type ContentApi } from './content-api/content-api';
import { eachDatabase } from './databases';

const DEVICES = '/api/background-push/devices';

/** What each database calls a column that is not there. */
const MISSING_COLUMN = {
  sqlite: 'SQLITE_ERROR: table background_push_devices has no column named created_at',
  postgres: '42703: a column is missing',
  mysql: 'ER_BAD_FIELD_ERROR: a column is missing',
};

eachDatabase((database) => {
  let api: ContentApi;
  const logged: unknown[] = [];
  beforeAll(async () => {
    api = await bootContentApi({ database });
    // Winston's logger is a stream of what it logs.
    (api.strapi.log as unknown as NodeJS.ReadableStream).on('data', (entry) => logged.push(entry));
  });
  afterAll(() => api.stop());
  beforeEach(() => void logged.splice(0));

  const everythingLogged = () =>
    logged.map((entry) => JSON.stringify([entry, (entry as Error).message, (entry as Error).stack])).join('\n');

  /** What a statement of ours throws. */
  async function errorOf(statement: PromiseLike<unknown>): Promise<unknown> {
    return statement.then(
      () => {
        throw new Error('The statement went through.');
      },
      (error: unknown) => error,
    );
  }

  const insert = (columns: object) => api.services.store.knex(TABLES.devices).insert(columns);

  it('keeps the device token out of the log when the INSERT of a registration fails', async () => {
    const { knex } = api.services.store;
    const token = newToken();
    const rename = (from: string, to: string) =>
      knex.schema.alterTable(TABLES.devices, (table) => void table.renameColumn(from, to));
    await rename('created_at', 'elsewhere');
    try {
      const answer = await api.request.post(DEVICES).send(registration({ token })).expect(500);
      expect(JSON.stringify(answer.body)).not.toContain(token);
    } finally {
      await rename('elsewhere', 'created_at');
    }
    const said = everythingLogged();
    expect(said).toContain(MISSING_COLUMN[database]);
    expect(said).toContain('(insert background_push_devices)');
    expect(said).toMatch(/\\n +at /);
    expect(said).not.toContain(token);
    expect(said).not.toMatch(/[0-9a-f]{64}/);
    expect(said).not.toContain('values');
  });

  it('describes a key that is taken without the key', async () => {
    const { id } = await api.register();
    // MariaDB computes the column of the token's end, and takes no value for it.
    const {
      id: rowId,
      token_tail,
      ...row
    } = (await api.services.devices.find(id))! as DeviceRow & { token_tail?: string };
    expect(token_tail === undefined).toBe(database !== 'mysql');
    const error = await errorOf(insert(row));
    const said = describeError(error);
    expect(rowId).toBeGreaterThan(0);
    expect(said).toMatch(
      /^(23505|ER_DUP_ENTRY): a unique key is taken|^SQLITE_CONSTRAINT_UNIQUE: UNIQUE constraint failed/,
    );
    for (const secret of [row.token, row.token_hash, row.secret_hash, row.public_id])
      expect(said).not.toContain(secret);
    const { message, stack, ...fields } = withoutValues(error) as Error;
    for (const text of [message, stack, JSON.stringify(fields)]) expect(text).not.toMatch(/[0-9a-f]{32}/);
  });

  it('describes a value that the server quotes without it', async () => {
    const error = await errorOf(insert({ lane_id: 'a secret - in a value' }));
    expect(describeError(error)).not.toContain('secret');
  });

  it('describes a connection that is cut by what the driver says', async () => {
    if (database === 'sqlite') return;
    const { knex } = api.services.store;
    const cut = knex.transaction(async (trx) => {
      const own = await trx.raw(
        database === 'postgres' ? 'select pg_backend_pid() as id' : 'select connection_id() as id',
      );
      const { id } = (database === 'postgres' ? own.rows[0] : own[0][0]) as { id: number };
      await (database === 'postgres' ? knex.raw('select pg_terminate_backend(?)', [id]) : knex.raw('kill ?', [id]));
      await trx(TABLES.devices).where({ token: 'a secret' }).delete();
    });
    const said = describeError(await errorOf(cut));
    expect(said).toMatch(/connection|57P01|ECONNRESET|EPIPE|closed/i);
    expect(said).not.toContain('secret');
  });
});
