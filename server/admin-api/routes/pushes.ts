import { route } from './route';

export const pushRoutes = [
  route('GET /pushes', 'admin-pushes.find', 'pushes.read'),
  route('GET /pushes/:id', 'admin-pushes.findOne', 'pushes.read'),
  route('POST /lanes/:id/resume', 'admin-pushes.resumeLane', 'lanes.resume'),
];
