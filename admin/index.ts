import { Bell } from '@strapi/icons';
import type { PluginDefinition } from '@strapi/strapi/admin';
import { PERMISSIONS } from './permissions';
import { PLUGIN_ID } from './plugin-id';
import { startTexts } from './languages';
import { withForecasts } from './start/bulk-lines';
import type { ContentManagerApis } from './start/content-manager';
import { PublishNow, PublishWithout } from './start/publish-actions';
import { SidePanel } from './start/side-panel';
import { descriptor } from './text';

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

    app.widgets.register({
      id: 'latest',
      pluginId: PLUGIN_ID,
      icon: Bell,
      title: descriptor('widget.title'),
      permissions: PERMISSIONS['entries.read'],
      component: async () => (await import('./start/widget')).LatestWidget,
    });

    const contentManager = app.getPlugin('content-manager')?.apis as ContentManagerApis | undefined;
    contentManager?.addEditViewSidePanel?.([SidePanel]);
    contentManager?.addDocumentAction?.([PublishNow, PublishWithout]);
    contentManager?.addBulkAction?.(withForecasts);

    app.registerPlugin({ id: PLUGIN_ID, name: PLUGIN_ID });
  },

  registerTrads({ locales }) {
    return Promise.all(locales.map(async (locale) => ({ locale, data: await startTexts(locale) })));
  },
};

export default plugin;
