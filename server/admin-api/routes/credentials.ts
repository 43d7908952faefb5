import { route } from './route';

export const credentialRoutes = [
  route('PUT /apps/:id/lanes/:environment/credential', 'admin-credentials.update', 'credentials.update'),
  route('DELETE /apps/:id/lanes/:environment/credential', 'admin-credentials.delete', 'credentials.update'),
  route('POST /apps/:id/lanes/:environment/check', 'admin-credentials.check', 'credentials.check'),
];
