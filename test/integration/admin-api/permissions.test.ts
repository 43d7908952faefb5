import { PERMISSIONS } from '../../../server/admin-api/contract';
import { adminApiRoutes } from '../../../server/admin-api';
import { hireClerk, startAdminScene, type AdminScene, type Clerk } from './admin-scene';

/** Every route, on things that are not there: nothing happens even where it is allowed. */
const ROUTES = adminApiRoutes.routes.map(({ method, path, config }) => {
  const id = path.startsWith('/devices') ? '00000000-0000-4000-8000-000000000000' : '999999';
  const policy = config.policies.find((entry) => typeof entry !== 'string');
  return {
    name: `${method} ${path}`,
    method,
    path: path.replace(':id', id).replace(':environment', 'production'),
    body: method === 'GET' || method === 'DELETE' ? undefined : {},
    actions: policy?.config.actions ?? [],
    policies: config.policies,
  };
});

const ACTIONS = Object.keys(PERMISSIONS).map((uid) => `plugin::background-push.${uid}`);

/** Asked of the Content Manager's own Publish; `editors/publish-choice.test.ts` shows that they are. */
const BESIDE_PUBLISH = ['publish.without', 'publish.now'].map((uid) => `plugin::background-push.${uid}`);

let scene: AdminScene;
let clerk: Clerk;
beforeAll(async () => {
  scene = await startAdminScene();
  clerk = await hireClerk(scene);
});
afterAll(() => scene.stop());

describe('the admin API', () => {
  it('asks an administrator and one known permission of every route', () => {
    for (const { policies, actions } of ROUTES) {
      expect(policies).toContain('admin::isAuthenticatedAdmin');
      expect(actions).toHaveLength(1);
      expect(ACTIONS).toContain(actions[0]);
    }
    const asked = [...ROUTES.flatMap(({ actions }) => actions), ...BESIDE_PUBLISH];
    expect([...new Set(asked)].sort()).toEqual([...ACTIONS].sort());
  });

  it('answers 401 on every route to who is not logged in', async () => {
    for (const { name, method, path, body } of ROUTES) {
      for (const token of ['', 'nonsense']) {
        const { status } = await scene.call(method, path, body, token);
        expect(`${name} → ${status}`).toBe(`${name} → 401`);
      }
    }
  });

  it('answers 403 on every route to an administrator without permissions', async () => {
    await clerk.allow([]);
    for (const { name, method, path, body } of ROUTES) {
      const { status } = await scene.call(method, path, body, clerk.token);
      expect(`${name} → ${status}`).toBe(`${name} → 403`);
    }
  });

  it.each(ACTIONS)('lets who has %s do that, and nothing else', async (action) => {
    await clerk.allow([action]);
    for (const { name, method, path, body, actions } of ROUTES) {
      const { status } = await scene.call(method, path, body, clerk.token);
      if (actions[0] === action) expect([200, 400, 404, 409]).toContain(status);
      else expect(`${name} → ${status}`).toBe(`${name} → 403`);
    }
  });
});
