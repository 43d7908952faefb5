import { route } from './route';

export const appRoutes = [
  route('GET /apps', 'admin-apps.find', 'apps.read'),
  route('POST /apps', 'admin-apps.create', 'apps.update'),
  route('PUT /apps/:id', 'admin-apps.update', 'apps.update'),
  route('DELETE /apps/:id', 'admin-apps.delete', 'apps.update'),
  route('POST /apps/:id/wake', 'admin-apps.wake', 'wake.send'),
  route('POST /apps/:id/start-anew', 'admin-apps.startAnew', 'logs.start-anew'),
];
