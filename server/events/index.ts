/** What others hear of: Strapi's webhooks and its audit logs. */
export { createEvents, type Events, type StrapiEvents } from './events';
