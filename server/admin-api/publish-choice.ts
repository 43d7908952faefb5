import { PUBLISH_CHOICES, type PermissionUid, type PublishChoice } from './contract';
import type { Core } from '@strapi/strapi';
import { fieldError } from '../http/field-errors';
import { setChosen } from '../triggers/chosen';
import { administratorName, type Administrator } from './administrator-name';
import { actionOf } from './permissions';

/** The parameter of Strapi's own route that publishes. */
const PARAMETER = 'backgroundPush';

const PERMISSION: Readonly<Record<PublishChoice, PermissionUid>> = {
  without: 'publish.without',
  now: 'publish.now',
};

/** Where it waits until Strapi knows whose request it is. */
const ASKED = 'backgroundPushAsked';

/** What of a request to the Content Manager is used here. */
interface Context {
  path: string;
  querystring: string;
  state: Record<string, unknown> & { user?: Administrator; userAbility?: { can(action: string): boolean } };
  badRequest(message: string, details?: object): void;
  forbidden(message: string, details?: object): void;
}

type Next = () => Promise<unknown>;

interface Route {
  handler: unknown;
  config?: { middlewares?: unknown[] };
}

/**
 * Lets the Content Manager's own Publish take what the editor chose beside it: `?backgroundPush=without` or `now`. To be
 * called in `register`, before routes are mounted.
 *
 * It is read before anything else, as i18n empties the query, and judged once Strapi knows that the editor may publish.
 */
export function takePublishChoice(strapi: Core.Strapi): void {
  strapi.server.use(note as Parameters<typeof strapi.server.use>[0]);
  const routes = (strapi.plugin('content-manager') as { routes?: { admin?: { routes: Route[] } } } | undefined)?.routes;
  for (const route of routes?.admin?.routes ?? []) {
    if (route.handler !== 'collection-types.publish' && route.handler !== 'single-types.publish') continue;
    const middlewares = route.config?.middlewares ?? [];
    // Routes outlive a Strapi that is loaded again in one process.
    if (!middlewares.includes(judge)) route.config = { ...route.config, middlewares: [...middlewares, judge] };
  }
}

async function note(context: unknown, next: Next): Promise<void> {
  const { path, querystring, state } = context as Context;
  if (path.endsWith('/actions/publish')) state[ASKED] = new URLSearchParams(querystring).getAll(PARAMETER);
  await next();
}

async function judge(context: unknown, next: Next): Promise<void> {
  const ctx = context as Context;
  const asked = (ctx.state[ASKED] as string[] | undefined) ?? [];
  if (asked.length === 0) {
    await next();
    return;
  }
  const choice = PUBLISH_CHOICES.find((known) => asked.length === 1 && known === asked[0]);
  if (!choice) {
    const message = `${PARAMETER} must be ${PUBLISH_CHOICES.join(' or ')}.`;
    ctx.badRequest(message, { errors: [fieldError([PARAMETER], message)] });
    return;
  }
  if (!ctx.state.userAbility?.can(actionOf(PERMISSION[choice]))) {
    ctx.forbidden(`Your role does not have the permission ${actionOf(PERMISSION[choice])}.`);
    return;
  }
  setChosen(ctx.state, { choice, by: administratorName(ctx.state.user) });
  await next();
}
