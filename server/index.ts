import { adminApiControllers, adminApiRoutes } from './admin-api';
import { bootstrap } from './bootstrap';
import { config } from './config';
import { contentApiControllers, contentApiRoutes } from './content-api';
import { destroy } from './destroy';
import { register } from './register';

/** The plugin as Strapi loads it. */
export default {
  register,
  bootstrap,
  destroy,
  config,
  routes: { 'content-api': contentApiRoutes, admin: adminApiRoutes },
  controllers: { ...contentApiControllers, ...adminApiControllers },
};
