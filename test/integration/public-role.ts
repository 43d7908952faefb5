import type { AdminSession } from './admin-session';

interface Role {
  id: number;
  name: string;
  description: string;
  type: string;
  /** Type (`plugin::x`, `api::y`) → controllers → actions. */
  permissions: Record<string, { controllers: Record<string, Record<string, { enabled: boolean }>> }>;
}

/**
 * Grants actions to everybody, as an administrator does under Settings → Users & Permissions → Roles → Public.
 * @param actions such as `device.register`; another plugin's or API's in full: `api::article.article.find`
 */
export async function grantPublic(admin: AdminSession, actions: readonly string[]): Promise<void> {
  const { roles } = await admin.call<{ roles: Role[] }>('GET', '/users-permissions/roles');
  const { id } = roles.find(({ type }) => type === 'public')!;
  const { role } = await admin.call<{ role: Role }>('GET', `/users-permissions/roles/${id}`);
  for (const action of actions) {
    const [owner, controller, name] = inFull(action);
    const found = role.permissions[owner]?.controllers[controller]?.[name];
    if (!found) throw new Error(`No content API route has the action ${action}.`);
    found.enabled = true;
  }
  const { name, description, permissions } = role;
  await admin.call('PUT', `/users-permissions/roles/${id}`, { name, description, permissions });
}

function inFull(action: string): [owner: string, controller: string, name: string] {
  const parts = action.split('.');
  const [controller, name] = parts.slice(-2);
  const owner = action.includes('::') ? parts[0] : 'plugin::background-push';
  return [owner, controller, name];
}
