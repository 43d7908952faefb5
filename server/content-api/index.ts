import type { Core } from '@strapi/strapi';
import { createChangesController } from './changes-controller';
import { createDeviceController } from './device-controller';
import { createGuard } from './guard';
import { createSnapshotController } from './snapshot-controller';

export { contentApiRoutes } from './routes';

type ControllerFactory = (options: { strapi: Core.Strapi }) => Core.Controller;

/** `device`, `changes` and `snapshot`: permission scopes are made of these names. */
export const contentApiControllers = {
  device: ({ strapi }) => createDeviceController(createGuard(strapi)),
  changes: ({ strapi }) => createChangesController(createGuard(strapi)),
  snapshot: ({ strapi }) => createSnapshotController(createGuard(strapi)),
} satisfies Record<string, ControllerFactory>;
