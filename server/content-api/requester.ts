import type { Requester } from '../content';
import type { ApiContext } from './guard';

interface StrapiAuth {
  strategy?: { name?: string };
  credentials?: unknown;
}

/**
 * Who asks, as Strapi found out; `auth` is undefined where the route was opened without `auth`, and nobody is known.
 *
 * Anybody may ask this when the Users & Permissions strategy let it pass without credentials, which is the public role, or
 * the operator opened the route. Any other strategy has an identity, shown or not.
 */
export function requesterOf(ctx: ApiContext): Omit<Requester, 'admit'> {
  const auth = (ctx.state as { auth?: StrapiAuth | null }).auth ?? undefined;
  const isPublic = !auth || (auth.strategy?.name === 'users-permissions' && auth.credentials === null);
  return { auth, isPublic };
}
