import { createDatabase, eachDatabase } from './databases';
import { bootStrapi } from './strapi';
import { startProcess } from './strapi-process';

eachDatabase((database) => {
  it('boots, serves and goes, twice on the same database', async () => {
    const mine = await createDatabase(database);
    for (const listen of [true, false]) {
      const t = Date.now();
      const booted = await bootStrapi({ database: mine, listen, env: { BACKGROUND_PUSH_ENABLED: "false" } });
      const t1 = Date.now();
      await booted.grantPublic(['api::article.article.find']);
      const { body } = await booted.request.get('/api/articles').expect(200);
      expect(body.data).toEqual([]);
      const locales = await booted.strapi.plugin('i18n').service('locales').find();
      expect(locales.map((l: { code: string }) => l.code).sort()).toEqual(['de', 'en', 'fr']);
      expect(booted.strapi.server.httpServer.listening).toBe(listen);
      const t2 = Date.now();
      await booted.stop();
      process.stderr.write(`${database} boot ${t1 - t} use ${t2 - t1} stop ${Date.now() - t2}\n`);
    }
    await mine.drop();
  });
  it('runs as a process and is killed', async () => {
    const t = Date.now();
    const one = await startProcess({ database, env: { BACKGROUND_PUSH_ENABLED: "false" } });
    process.stderr.write(`${database} process ${Date.now() - t}\n`);
    await one.grantPublic(['api::article.article.find']);
    expect((await fetch(one.url + '/api/articles')).status).toBe(200);
    expect(await one.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    const two = await startProcess({ database: one.database, env: { BACKGROUND_PUSH_ENABLED: "false" } });
    expect((await fetch(two.url + '/api/articles')).status).toBe(200);
    const p = two.exited;
    await two.stop();
    expect(await p).toEqual({ code: 0, signal: null });
    await one.stop();
  });
});
