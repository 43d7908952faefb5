import { route } from './route';

export const pushRoutes = [
  route('GET /pushes', 'admin-pushes.find', 'pushes.read'),
  route('GET /pushes/:id', 'admin-pushes.findOne', 'pushes.read'),
  route('POST /pushes/:id/cancel', 'admin-pushes.cancel', 'pushes.cancel'),
];
