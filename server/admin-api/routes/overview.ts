import { route } from './route';

export const overviewRoutes = [
  route('GET /overview', 'admin-overview.find', 'overview.read'),
  route('POST /instance/confirm', 'admin-overview.confirmInstance', 'instance.confirm'),
];
