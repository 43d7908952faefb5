import type { Core } from '@strapi/strapi';
import { registerPermissions, takePublishChoice } from './admin-api';
import { createFrontMiddleware } from './content-api';

/** Before the database is open: only what must be known when routes are mounted. */
export async function register({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  await registerPermissions(strapi);
  takePublishChoice(strapi);
  // Strapi makes its own middlewares after this.
  strapi.server.use(createFrontMiddleware(strapi));
}
