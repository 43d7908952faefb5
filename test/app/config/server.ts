import type { Core } from '@strapi/strapi';

const server = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Server => ({
  host: env('HOST', '127.0.0.1'),
  port: env.int('PORT', 1337),
  url: env('SERVER_URL', ''),
  proxy: { koa: env.bool('IS_PROXIED', false), maxIpsCount: env.int('MAX_IPS_COUNT', 0) },
  // Closes no idle connection by itself: a busy test may be about to ask over it, and would read ECONNRESET.
  http: { serverOptions: { keepAliveTimeout: 0 } },
  dirs: { public: env('PUBLIC_DIR', './public') },
  app: { keys: env.array('APP_KEYS', ['test-only-app-key-1', 'test-only-app-key-2']) },
  logger: {
    updates: { enabled: false },
    startup: { enabled: env.bool('STARTUP_BANNER', true) },
    config: { level: env('LOG_LEVEL', 'info') },
  },
});

export default server;
