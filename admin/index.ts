import { Bell } from '@strapi/icons';
import type { PluginDefinition } from '@strapi/strapi/admin';
import { PERMISSIONS } from './permissions';
import { PLUGIN_ID } from './plugin-id';
import { descriptor, translations } from './text';

const plugin: PluginDefinition = {
  register(app) {
    app.addMenuLink({
      to: `plugins/${PLUGIN_ID}`,
      icon: Bell,
      intlLabel: descriptor('plugin.name'),
      permissions: PERMISSIONS['overview.read'],
      Component: () => import('./rooms').then(({ Rooms }) => ({ default: Rooms })),
    });

    app.addSettingsLink({ id: PLUGIN_ID, intlLabel: descriptor('plugin.name') }, [
      {
        id: `${PLUGIN_ID}-apps`,
        to: `${PLUGIN_ID}/apps`,
        intlLabel: descriptor('settings.apps'),
        permissions: PERMISSIONS['apps.read'],
        Component: () => import('./apps/apps-page').then(({ ProtectedAppsPage }) => ({ default: ProtectedAppsPage })),
      },
      {
        id: `${PLUGIN_ID}-triggers`,
        to: `${PLUGIN_ID}/triggers`,
        intlLabel: descriptor('settings.triggers'),
        permissions: PERMISSIONS['triggers.read'],
        Component: () =>
          import('./triggers/triggers-page').then(({ ProtectedTriggersPage }) => ({ default: ProtectedTriggersPage })),
      },
    ]);

    app.registerPlugin({ id: PLUGIN_ID, name: PLUGIN_ID });
  },

  registerTrads({ locales }) {
    return Promise.resolve(locales.map((locale) => ({ locale, data: translations(locale) })));
  },
};

export default plugin;
