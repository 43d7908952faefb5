import type { Core } from '@strapi/strapi';
import { chosenOf, type Chosen } from '../../triggers/chosen';

/** What the editor chose whose request is being worked on; null where nothing was chosen, and outside of requests. */
export function chosenIn(strapi: Core.Strapi): Chosen | null {
  return chosenOf(strapi.requestContext.get()?.state as Record<string, unknown> | undefined);
}
