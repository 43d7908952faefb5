import { actionOf, type PermissionUid } from '../permissions';

export interface AdminRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  handler: string;
  config: { policies: (string | { name: string; config: { actions: string[] } })[] };
}

/**
 * One route of the admin API, behind one named permission.
 *
 * @param target method and path, such as `GET /apps/:id`
 * @param handler controller and action, such as `admin-apps.find`
 */
export function route(
  target: `${AdminRoute['method']} /${string}`,
  handler: string,
  permission: PermissionUid,
): AdminRoute {
  const [method, path] = target.split(' ') as [AdminRoute['method'], string];
  return {
    method,
    path,
    handler,
    config: {
      policies: [
        'admin::isAuthenticatedAdmin',
        { name: 'admin::hasPermissions', config: { actions: [actionOf(permission)] } },
      ],
    },
  };
}
