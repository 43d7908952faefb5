import type { Core } from '@strapi/strapi';
import { adminApiControllers, adminApiRoutes } from './admin-api';
import { bootstrap } from './bootstrap';
import { config } from './config';
import { contentApiControllers, contentApiRoutes } from './content-api';
import { destroy } from './destroy';
import { register } from './register';

export type { BackgroundPushConfig } from './config';
export type {
  ChangesAnswer,
  ContentApiError,
  ContentChangesAnswer,
  DeviceAnswer,
  RegistrationAnswer,
  SnapshotAnswer,
} from './content-api/answers';
export type { BackgroundPushEvents } from './admin-api/contract/events';
export type { BackgroundPushPayload } from './feed/payload';

// By name: an inferred type would import packages in the declarations that an app need not have.
type ServerHalf = Pick<Core.Plugin, 'register' | 'bootstrap' | 'destroy'> &
  Record<'config' | 'routes' | 'controllers', object>;

/** The plugin as Strapi loads it. */
const plugin: ServerHalf = {
  register,
  bootstrap,
  destroy,
  config,
  routes: { 'content-api': contentApiRoutes, admin: adminApiRoutes },
  controllers: { ...contentApiControllers, ...adminApiControllers },
};

export default plugin;
