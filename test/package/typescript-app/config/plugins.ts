import type { BackgroundPushConfig } from 'strapi-plugin-background-push/strapi-server';

// No `resolve`: Strapi finds the plugin among the dependencies, as it does in any installation.
export default ({ env }) => {
  const credential = { keyId: env('APNS_KEY_ID'), teamId: env('APNS_TEAM_ID'), key: env('APNS_KEY') };
  return {
    'users-permissions': { config: { jwtSecret: env('JWT_SECRET', 'test-only-jwt-secret') } },
    'background-push': {
      enabled: true,
      config: {
        apps: [{ bundleId: 'com.example.news', production: credential, sandbox: credential }],
        triggers: [{ name: 'articles', contentType: 'api::article.article', apps: ['com.example.news'] }],
        coalesce: { quietMs: 50, maxWaitMs: 500, pushesPerHour: { production: 0 } },
        apns: { origin: { production: env('APNS_ORIGIN'), sandbox: env('APNS_ORIGIN') }, ca: env('APNS_CA') },
      } satisfies BackgroundPushConfig,
    },
  };
};
