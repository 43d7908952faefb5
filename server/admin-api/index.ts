export { adminApiControllers } from './controllers';
export { registerPermissions } from './permissions';
export { adminApiRoutes } from './routes';
