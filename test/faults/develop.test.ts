import { until } from '../until';
import { publishArticle } from './editor';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';
import { copyApp, type AppCopy } from './strapi-command';
import { startDevelop, type Develop } from './strapi-develop';

const RESTARTS = 3;

onDatabases((client) => {
  let stage: Stage;
  let app: AppCopy;
  beforeAll(async () => {
    stage = await openStage(client, { strapi: true, settings: { apns: { requestTimeoutMs: 600_000 } } });
    app = copyApp();
  });
  afterAll(async () => {
    await stage.close();
    app.remove();
  });

  /** What a developer does in the Content-Type Builder: Strapi writes it into the app, and starts anew. */
  async function changeSchema(develop: Develop, name: string): Promise<void> {
    const admin = await develop.admin();
    const attributes = { text: { type: 'string' } };
    const component = { category: 'test', displayName: name, icon: 'apps', attributes };
    await admin.call('POST', '/content-type-builder/components', { component, components: [] });
  }

  it(`leaves nothing running through ${RESTARTS} restarts of \`strapi develop\`, each in the middle of a push`, async () => {
    const develop = await startDevelop(app, stage.database, stage.config);
    try {
      for (let restart = 1; restart <= RESTARTS; restart++) {
        const before = stage.simulator.log.length;
        // APNs falls silent on the way, so that the restart comes in the middle however long it takes.
        const recover = stage.simulator.behave({ hang: true, after: DEVICES / 4 });
        await publishArticle(develop, `Before restart ${restart}`);
        await stage.received(before + DEVICES / 4 + 1);
        await changeSchema(develop, `part-${restart}`);
        await until(() => develop.begun.length === restart + 1, { within: 30_000, what: `Restart ${restart}` });
        await until(() => develop.ended.length === restart, { within: 15_000, what: 'The end of the Strapi before' });
        recover();
        await stage.done(restart);
        await develop.listens();
      }
      expect(develop.ended).toEqual(develop.begun.slice(0, -1));
      expect(await stage.promiseKept()).toEqual({ repeated: 0 });
    } finally {
      await develop.stop();
    }
  });
});
