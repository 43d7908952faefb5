import { eachDatabase } from '../databases';
import { BUNDLE_ID, bootLibrary, fill, PLANTED, TYPES, type Library } from './library';
import { createPhone } from './phone';
import { published, readRest } from './rest';

eachDatabase((database) => {
  let library: Library;

  beforeAll(async () => {
    library = await bootLibrary({ database });
  });
  afterAll(() => library?.stop());

  test('content is what the REST API answers, for every document', async () => {
    await fill(library);
    await library.number();
    const phone = createPhone({ library, app: BUNDLE_ID, limit: 3 });
    await phone.sync();
    const rows = await published(library, TYPES);
    expect(rows.length).toBeGreaterThanOrEqual(6);
    expect([...phone.held.keys()].sort()).toEqual(
      rows.map(({ contentType, documentId, locale }) => JSON.stringify([contentType, documentId, locale])).sort(),
    );
    for (const row of rows) {
      const key = JSON.stringify([row.contentType, row.documentId, row.locale]);
      expect(phone.held.get(key)?.content).toEqual(await readRest(library, row));
    }
    const all = JSON.stringify([...phone.held.values()]);
    for (const word of [...PLANTED, 'Only a draft', 'Never shown']) expect(all).not.toContain(word);
    expect(all).toContain('Premier');
  });
});
