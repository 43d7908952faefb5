import path from 'node:path';
import type { Core } from '@strapi/strapi';

// Compiled, this file is test/app/dist/config/plugins.js.
const PACKAGE_DIR = path.resolve(__dirname, '../../../..');

type Env = Core.Config.Shared.ConfigParams['env'];

/** Plugins of other people, from a folder of packages: `npm run test:beside`. */
const beside = (env: Env, packages: string): Core.Config.Plugin => ({
  meilisearch: {
    enabled: true,
    resolve: path.join(packages, 'strapi-plugin-meilisearch'),
    config: { host: env('MEILISEARCH_HOST'), apiKey: 'test-only' },
  },
  publisher: { enabled: true, resolve: path.join(packages, 'strapi-plugin-publisher') },
});

const plugins = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Plugin => ({
  'users-permissions': { config: { jwtSecret: env('JWT_SECRET', 'test-only-jwt-secret') } },
  'background-push': {
    enabled: env.bool('BACKGROUND_PUSH_ENABLED', true),
    // An absolute directory: the package itself (its dist), or `plugin-source` for the TypeScript sources.
    resolve: env('BACKGROUND_PUSH_DIR', PACKAGE_DIR),
    config: env.json('BACKGROUND_PUSH_CONFIG', {}),
  },
  ...(env('UPLOAD_PROVIDER') ? { upload: { config: { provider: env('UPLOAD_PROVIDER') } } } : {}),
  ...(env('PLUGINS_BESIDE') ? beside(env, env('PLUGINS_BESIDE', '')) : {}),
});

export default plugins;
