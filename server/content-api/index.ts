import type { Core } from '@strapi/strapi';
import { createChangesController } from './changes-controller';
import { createDeviceController } from './device-controller';
import { createGuard, type ApiContext } from './guard';
import { findServices } from '../services';
import { createSnapshotController } from './snapshot-controller';

export { contentApiRoutes } from './routes';

/** Answers hot pages before Strapi's own middlewares; to be used before those are made. */
export function createFrontMiddleware(strapi: Core.Strapi) {
  return async (ctx: unknown, next: () => Promise<void>): Promise<void> => {
    if (findServices(strapi)?.gate.front.answer(ctx as ApiContext)) return;
    await next();
  };
}

type ControllerFactory = (options: { strapi: Core.Strapi }) => Core.Controller;

/** `device`, `changes` and `snapshot`: permission scopes are made of these names. */
export const contentApiControllers = {
  device: ({ strapi }) => createDeviceController(createGuard(strapi)),
  changes: ({ strapi }) => createChangesController(createGuard(strapi)),
  snapshot: ({ strapi }) => createSnapshotController(createGuard(strapi)),
} satisfies Record<string, ControllerFactory>;
