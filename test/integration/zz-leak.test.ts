import { bootStrapi } from './strapi';
it('boots', async () => {
  const b = await bootStrapi({ env: { BACKGROUND_PUSH_ENABLED: 'false' } });
  await b.request.get('/_health').expect(204);
  await b.stop();
  const active = (process as any)._getActiveHandles?.() ?? [];
  process.stderr.write(active.map((h: any) => h.constructor.name + ' ' + (h.fd ?? h._handle?.fd ?? '') ).join('\n') + '\n' + JSON.stringify(process.getActiveResourcesInfo()) + '\n');
});
