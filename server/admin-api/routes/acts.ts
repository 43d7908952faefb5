import { route } from './route';

/** Who may see the overview, whose lanes tell of their latest acts, may see them all. */
export const actRoutes = [route('GET /acts', 'admin-acts.find', 'overview.read')];
