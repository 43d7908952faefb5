import { actRoutes } from './acts';
import { appRoutes } from './apps';
import { credentialRoutes } from './credentials';
import { deviceRoutes } from './devices';
import { laneRoutes } from './lanes';
import { overviewRoutes } from './overview';
import { pushRoutes } from './pushes';
import { triggerRoutes } from './triggers';

/** The admin API: every route under `/background-push`. */
export const adminApiRoutes = {
  type: 'admin' as const,
  routes: [
    ...overviewRoutes,
    ...actRoutes,
    ...appRoutes,
    ...credentialRoutes,
    ...triggerRoutes,
    ...pushRoutes,
    ...laneRoutes,
    ...deviceRoutes,
  ],
};
