import type { Core } from '@strapi/strapi';
import { findServices, type Services } from '../../server/services';

/** What the plugin assembled in a Strapi that has booted. */
export function servicesOf(strapi: Core.Strapi): Services {
  const services = findServices(strapi);
  if (!services) throw new Error('The plugin is not there: it failed to start, or Strapi was stopped.');
  return services;
}
