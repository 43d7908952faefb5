import type { Core } from '@strapi/strapi';
import type { StrapiEvents } from './events';
import { PLUGIN_ID } from './services';

/** What of Strapi's services has no types, or is not in every version. */
interface Untyped {
  get(name: 'webhookStore'): { addAllowedEvent?(key: string, value: string): void };
  get(name: 'audit-logs-lifecycle'): AuditLogs;
  has?(name: string): boolean;
}

interface AuditLogs {
  registerEvent?(name: string, transform: (payload: object) => object): void;
}

/** Strapi's event hub, with those who listen to it. */
export function eventsOf(strapi: Core.Strapi): StrapiEvents {
  const untyped = strapi as unknown as Untyped;
  return {
    allow(names) {
      const store = untyped.get('webhookStore');
      for (const name of names) store.addAllowedEvent?.(keyOf(name), name);
    },
    audit(names) {
      // Only editions with audit logs have it, and only newer ones take events of plugins.
      if (untyped.has?.('audit-logs-lifecycle') !== true) return false;
      const logs = untyped.get('audit-logs-lifecycle');
      if (typeof logs.registerEvent !== 'function') return false;
      for (const name of names) {
        logs.registerEvent(name, (details) => ({ resource: { type: PLUGIN_ID }, details }));
      }
      return true;
    },
    emit: async (name, payload) => {
      await (strapi.eventHub.emit(name, payload) as unknown);
    },
  };
}

/** As Strapi names its own: `ENTRY_PUBLISH` for `entry.publish`. */
const keyOf = (name: string) => name.replace(/[.-]/g, '_').toUpperCase();
