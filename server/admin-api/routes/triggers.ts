import { route } from './route';

export const triggerRoutes = [
  route('GET /triggers', 'admin-triggers.find', 'triggers.read'),
  route('POST /triggers', 'admin-triggers.create', 'triggers.update'),
  route('PUT /triggers/:id', 'admin-triggers.update', 'triggers.update'),
  route('DELETE /triggers/:id', 'admin-triggers.delete', 'triggers.update'),
  route('GET /content-types', 'admin-triggers.contentTypes', 'triggers.read'),
];
