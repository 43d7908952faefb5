import type { Auth } from '../content';
import type { ApiContext } from './guard';

interface StrapiAuth {
  strategy?: { name?: string };
  credentials?: unknown;
}

/** What Strapi made of the request; undefined where the route was opened without `auth`, and nobody is known. */
export const authOf = (ctx: ApiContext): Auth => (ctx.state as { auth?: object | null }).auth ?? undefined;

/**
 * Whether anybody may ask this: the Users & Permissions strategy let it pass without credentials, which is the public
 * role, or the operator opened the route (no `auth` at all). Any other strategy has an identity, shown or not.
 */
export function isPublicRole(ctx: ApiContext): boolean {
  const auth = authOf(ctx) as StrapiAuth | undefined;
  if (!auth) return true;
  return auth.strategy?.name === 'users-permissions' && auth.credentials === null;
}
