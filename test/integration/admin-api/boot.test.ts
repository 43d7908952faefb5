import { startProcess } from '../strapi-process';
import { entered, PINNED, startAdminScene } from './admin-scene';

const app = { bundleId: PINNED, production: entered };

/** What Strapi wrote when it did not boot. */
async function refusal(config: Record<string, unknown>): Promise<string> {
  const booted = await startProcess({ config }).catch((error: unknown) => error as Error);
  if (booted instanceof Error) return booted.message;
  await booted.stop();
  throw new Error('Strapi booted.');
}

describe('Strapi', () => {
  it('does not boot with wrong settings, and says each by name', async () => {
    const message = await refusal({
      apps: [{ ...app, production: { ...entered, keyId: 'ABC' } }],
      coalesce: { maxWaitMs: 5_000 },
    });
    expect(message).toContain("plugin::background-push config.apps[0].production.keyId ('ABC') must be exactly 10");
    expect(message).toContain(
      'plugin::background-push config.coalesce.maxWaitMs (5000) must be at least quietMs (10000).',
    );
    expect(message).not.toContain('PRIVATE KEY');
  });

  it('without an encryption key stores no credential and names the setting, while pinned ones work', async () => {
    const scene = await startAdminScene({ env: { ENCRYPTION_KEY: '' } });
    try {
      const { body } = await scene.call<{ encryption: { ready: boolean } }>('GET', '/overview');
      expect(body.data.encryption.ready).toBe(false);
      const created = await scene.call<{ id: number }>('POST', '/apps', { bundleId: 'com.example.news', name: 'News' });
      const path = `/apps/${created.body.data.id}/lanes/production`;
      const refused = await scene.call('PUT', `${path}/credential`, entered);
      expect(refused.status).toBe(409);
      expect(refused.body.error?.message).toContain('admin.secrets.encryptionKey');
      const { body: after } = await scene.call<{ lanes: { credential: unknown }[] }[]>('GET', '/apps');
      expect(after.data.map(({ lanes }) => lanes[0].credential)).toMatchObject([{ source: 'config' }, null]);
    } finally {
      await scene.stop();
    }
  });
});
