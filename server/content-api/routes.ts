import type { Core } from '@strapi/strapi';
import { DEVICE_CHANGES, DOCUMENTED, REGISTRATION } from './schemas';

/**
 * Under `/api/background-push`. Nothing is open by itself: an administrator grants the actions to the public role, to
 * users or to an API token. Strapi does not enforce `request` and `response`; they document the routes.
 */
export const contentApiRoutes: Core.RouterInput = {
  type: 'content-api',
  routes: [
    {
      method: 'POST',
      path: '/devices',
      handler: 'device.register',
      request: { body: { 'application/json': REGISTRATION } },
      response: DOCUMENTED.registered,
    },
    {
      method: 'PUT',
      path: '/devices/:id',
      handler: 'device.update',
      request: { params: { id: DOCUMENTED.deviceId }, body: { 'application/json': DEVICE_CHANGES } },
      response: DOCUMENTED.updated,
    },
    {
      method: 'DELETE',
      path: '/devices/:id',
      handler: 'device.delete',
      request: { params: { id: DOCUMENTED.deviceId } },
    },
    {
      method: 'GET',
      path: '/changes',
      handler: 'changes.find',
      request: { query: DOCUMENTED.query },
      response: DOCUMENTED.changes,
    },
    {
      method: 'GET',
      path: '/snapshot',
      handler: 'snapshot.find',
      request: { query: DOCUMENTED.snapshotQuery },
      response: DOCUMENTED.snapshot,
    },
  ],
};
