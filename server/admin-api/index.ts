export { adminApiControllers } from './controllers';
export { registerPermissions } from './permissions';
export { takePublishChoice } from './publish-choice';
export { adminApiRoutes } from './routes';
