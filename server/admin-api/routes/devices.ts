import { route } from './route';

export const deviceRoutes = [
  route('GET /devices', 'admin-devices.find', 'devices.read'),
  route('DELETE /devices/:id', 'admin-devices.delete', 'devices.delete'),
  route('POST /devices/:id/test', 'admin-devices.test', 'test.send'),
];
