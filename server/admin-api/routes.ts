import type { AdminRoute, PermissionUid } from './contract';
import { actionOf } from './permissions';

/** Each route of the admin API with the one permission that it stands behind, and who answers it: controller and action. */
const ROUTES = {
  'GET /overview': ['overview.read', 'admin-overview.find'],
  'POST /instance/confirm': ['instance.confirm', 'admin-overview.confirmInstance'],
  'GET /acts': ['overview.read', 'admin-acts.find'],
  'GET /entries/:uid': ['entries.read', 'admin-entries.find'],
  'GET /news': ['entries.read', 'admin-entries.news'],
  'GET /apps': ['apps.read', 'admin-apps.find'],
  'POST /apps': ['apps.update', 'admin-apps.create'],
  'PUT /apps/:id': ['apps.update', 'admin-apps.update'],
  'DELETE /apps/:id': ['apps.update', 'admin-apps.delete'],
  'POST /apps/:id/wake': ['wake.send', 'admin-apps.wake'],
  'POST /apps/:id/start-anew': ['logs.start-anew', 'admin-apps.startAnew'],
  'PUT /apps/:id/lanes/:environment/credential': ['credentials.update', 'admin-credentials.update'],
  'DELETE /apps/:id/lanes/:environment/credential': ['credentials.update', 'admin-credentials.delete'],
  'POST /apps/:id/lanes/:environment/check': ['credentials.check', 'admin-credentials.check'],
  'GET /triggers': ['triggers.read', 'admin-triggers.find'],
  'POST /triggers': ['triggers.update', 'admin-triggers.create'],
  'PUT /triggers/:id': ['triggers.update', 'admin-triggers.update'],
  'DELETE /triggers/:id': ['triggers.update', 'admin-triggers.delete'],
  'POST /triggers/preview-audience': ['triggers.read', 'admin-triggers.previewAudience'],
  'GET /triggers/:id/preview': ['triggers.read', 'admin-triggers.preview'],
  'GET /content-types': ['triggers.read', 'admin-triggers.contentTypes'],
  'GET /pushes': ['pushes.read', 'admin-pushes.find'],
  'GET /pushes/:id': ['pushes.read', 'admin-pushes.findOne'],
  'POST /pushes/:id/cancel': ['pushes.cancel', 'admin-pushes.cancel'],
  'POST /lanes/:id/pause': ['lanes.pause', 'admin-lanes.pause'],
  'POST /lanes/:id/resume': ['lanes.resume', 'admin-lanes.resume'],
  'POST /lanes/:id/send-anyway': ['lanes.send-anyway', 'admin-lanes.sendAnyway'],
  'POST /lanes/:id/send-now': ['lanes.send-now', 'admin-lanes.sendNow'],
  'POST /lanes/:id/force': ['lanes.force', 'admin-lanes.force'],
  'POST /lanes/:id/deletions/confirm': ['devices.retire', 'admin-lanes.confirmDeletions'],
  'POST /lanes/:id/deletions/drop': ['devices.retire', 'admin-lanes.dropDeletions'],
  'POST /lanes/:id/test': ['test.send', 'admin-lanes.test'],
  'GET /lanes/:id/test-answers': ['devices.read', 'admin-lanes.testAnswers'],
  // Before the routes of one device: a path is looked for in this order.
  'GET /devices/export': ['devices.export', 'admin-moving.export'],
  'POST /devices/erase': ['devices.delete', 'admin-moving.erase'],
  'GET /imports': ['devices.import', 'admin-imports.find'],
  'POST /imports': ['devices.import', 'admin-imports.create'],
  'GET /imports/:id': ['devices.import', 'admin-imports.findOne'],
  'POST /imports/:id/lines': ['devices.import', 'admin-imports.lines'],
  'GET /devices': ['devices.read', 'admin-devices.find'],
  'GET /devices/:id': ['devices.read', 'admin-devices.findOne'],
  'DELETE /devices/:id': ['devices.delete', 'admin-devices.delete'],
  'PUT /devices/:id/test-device': ['devices.mark', 'admin-devices.mark'],
  'POST /devices/:id/test': ['test.send', 'admin-devices.test'],
} as const satisfies Record<AdminRoute, readonly [PermissionUid, `admin-${string}.${string}`]>;

/** As Strapi wants them. */
export const adminApiRoutes = {
  type: 'admin' as const,
  routes: Object.entries(ROUTES).map(([target, [permission, handler]]) => {
    const [method, path] = target.split(' ');
    const policies = [
      'admin::isAuthenticatedAdmin',
      { name: 'admin::hasPermissions', config: { actions: [actionOf(permission)] } },
    ];
    return { method, path, handler, config: { policies } };
  }),
};
