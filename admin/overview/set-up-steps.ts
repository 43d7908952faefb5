import type { Overview } from '../../server/admin-api/contract';
import { PATHS } from '../plugin-id';
import type { TextKey } from '../text';

export interface SetUpStep {
  id: 'app' | 'key' | 'trigger' | 'registration' | 'publish';
  done: boolean;
  /** It may be done, but cannot be seen from here. */
  unsure?: boolean;
  to: string;
  title: TextKey;
  body: TextKey;
  link: TextKey;
}

/**
 * The way from nothing to the first push, and how far it is gone.
 *
 * `pushed`: whether a push was ever sent.
 */
export function setUpSteps(overview: Overview, pushed: boolean): SetUpStep[] {
  const lanes = overview.apps.flatMap((app) => app.lanes);
  const registered = lanes.some(({ devices }) => devices > 0);
  return [
    step('app', PATHS.apps, overview.apps.length > 0),
    step(
      'key',
      PATHS.apps,
      lanes.some(({ credential }) => credential !== null),
    ),
    step('trigger', PATHS.triggers, overview.triggers > 0),
    {
      // Devices may also be let in through a role or an API token of their own: then those registered prove it.
      ...step('registration', PATHS.roles, overview.registrationOpen === true || registered),
      ...(overview.registrationOpen === null && !registered && WITHOUT_ROLES),
    },
    step('publish', PATHS.content, pushed),
  ];
}

/** Without Users & Permissions there are no roles: an API token may be granted the registration. */
const WITHOUT_ROLES = {
  unsure: true,
  to: PATHS.apiTokens,
  body: 'setup.registration-tokens-body',
  link: 'setup.registration-tokens-link',
} as const satisfies Partial<SetUpStep>;

function step(id: SetUpStep['id'], to: string, done: boolean): SetUpStep {
  return { id, done, to, title: `setup.${id}`, body: `setup.${id}-body`, link: `setup.${id}-link` };
}
