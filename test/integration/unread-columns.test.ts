import { TABLES } from '../../server/store/tables';
import { migrate } from '../../server/store/migrate';
import { unreadColumns } from '../../server/store/unread-columns';
import { createDatabase, eachDatabase } from './databases';
import { openDatabase } from './open-database';

eachDatabase((client) => {
  it('lets processes of this version and of the one before write beside each other', async () => {
    const database = await createDatabase(client, { empty: true });
    const knex = openDatabase(database);
    try {
      await migrate({ knex, client, schemaName: null });
      // As whoever was killed in it, or lost a race, would.
      await unreadColumns.up(knex, (table) => table);
      await knex(TABLES.instances).insert({ id: 'before', started_at: 1, seen_at: 2 });
      await knex(TABLES.instances).insert({ id: 'now', seen_at: 3 });
      expect(await knex(TABLES.instances).orderBy('id').pluck('id')).toEqual(['before', 'now']);
      expect(await knex.schema.hasColumn(TABLES.pushes, 'waiting')).toBe(true);
    } finally {
      await knex.destroy();
      await database.drop();
    }
  });
});
