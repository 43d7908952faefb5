import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import createKnex, { type Knex } from 'knex';
import { createStore, type Store } from '../../server/store/store';

/** Two processes' connections to one file: an editor's, and ours. */
describe('a write on a SQLite file that others use', () => {
  let folder: string;
  let editor: Knex;
  let ours: Knex;
  let store: Store;
  let tries: number;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'one-file-'));
    const open = () =>
      createKnex({
        client: 'better-sqlite3',
        connection: { filename: path.join(folder, 'data.db') },
        useNullAsDefault: true,
        pool: { min: 1, max: 1 },
      });
    editor = open();
    ours = open();
    await editor.schema.createTable('articles', (table) => void table.integer('likes'));
    await editor('articles').insert({ likes: 1 });
    store = createStore({ knex: ours, client: 'sqlite' });
    tries = 0;
    ours.on('query', ({ sql }: { sql: string }) => {
      if (sql === 'begin exclusive') tries++;
    });
  });
  afterEach(async () => {
    await editor.destroy();
    await ours.destroy();
    rmSync(folder, { recursive: true });
  });

  const likes = async () => ((await ours('articles').select('likes')) as { likes: number }[]).map((row) => row.likes);

  it.each<[string, (own: Store) => PromiseLike<unknown>, number[]]>([
    ['a transaction', (own) => own.transaction((trx) => trx('articles').increment('likes', 10)), [12]],
    ['an UPDATE', (own) => own.knex('articles').increment('likes', 10), [12]],
    ['an INSERT', (own) => own.knex('articles').insert({ likes: 10 }), [2, 10]],
    ['a DELETE', (own) => own.knex('articles').where('likes', '<', 5).delete(), []],
  ])('lets an editor’s transaction that has read write and commit: %s', async (_, write, after) => {
    const edit = await editor.transaction();
    await edit('articles').select('likes');
    let over = false;
    const written = Promise.resolve(write(store)).finally(() => (over = true));
    while (tries < 3 && !over) await new Promise((resolve) => setImmediate(resolve));
    await edit('articles').update({ likes: 2 });
    await edit.commit();
    await written;
    expect(await likes()).toEqual(after);
  });

  it('gives up when somebody stays at the file, with the time-out and the transaction left as they were', async () => {
    const edit = await editor.transaction();
    await edit('articles').select('likes');
    await expect(store.knex('articles').delete()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    expect(await ours.raw('pragma busy_timeout')).toEqual([{ timeout: 5_000 }]);
    await edit.rollback();
    await store.knex('articles').delete();
    expect(await likes()).toEqual([]);
  });

  it('reads while an editor’s transaction is about to write', async () => {
    const edit = await editor.transaction();
    await edit('articles').update({ likes: 2 });
    expect(await store.knex('articles').first('likes')).toEqual({ likes: 1 });
    await edit.commit();
    expect(await store.knex('articles').pluck('likes')).toEqual([2]);
  });

  it('fails as it would outside a transaction, and answers the same', async () => {
    await expect(store.knex('articles').insert({ dislikes: 1 })).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    expect(await store.knex('articles').update({ likes: 5 })).toBe(1);
    expect(await store.knex('articles').insert({ likes: 6 }).returning('likes')).toEqual([{ likes: 6 }]);
    expect(await store.knex('articles').where({ likes: 7 }).delete()).toBe(0);
  });
});
