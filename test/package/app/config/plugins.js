'use strict';

// No `resolve`: Strapi finds the plugin among the dependencies, as it does in any installation.
module.exports = ({ env }) => ({
  'users-permissions': { config: { jwtSecret: env('JWT_SECRET', 'test-only-jwt-secret') } },
  'background-push': { enabled: true, config: env.json('BACKGROUND_PUSH_CONFIG') },
});
