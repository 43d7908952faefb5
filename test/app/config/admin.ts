import type { Core } from '@strapi/strapi';

// Fixed secrets: what a test stores, a later boot of the same database must be able to read. Never use them elsewhere.
const admin = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Admin => ({
  url: env('ADMIN_URL', '/admin'),
  auth: { secret: env('ADMIN_JWT_SECRET', 'test-only-admin-jwt-secret') },
  apiToken: { salt: env('API_TOKEN_SALT', 'test-only-api-token-salt') },
  transfer: { token: { salt: env('TRANSFER_TOKEN_SALT', 'test-only-transfer-token-salt') } },
  // ENCRYPTION_KEY= (empty) is an installation that never set one.
  secrets: { encryptionKey: env('ENCRYPTION_KEY', 'test-only-encryption-key') },
  // Tests log in to one Strapi after the other, more often than people do.
  rateLimit: { enabled: env.bool('ADMIN_RATE_LIMIT', false) },
  flags: { nps: false, promoteEE: false },
});

export default admin;
