import type { Core } from '@strapi/strapi';
import { dismantle } from './bootstrap';

/** Strapi awaits it without a time limit, and a rejection would skip the rest of the shutdown. */
export async function destroy({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  await dismantle(strapi);
}
