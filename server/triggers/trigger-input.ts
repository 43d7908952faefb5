import type { TriggerSettings, ContentType, TriggerProblemCode } from '../admin-api/contract';
import { isName, nameRule } from '../name-rule';
import { UserError } from '../user-error';
import { holdsAccounts } from './content-types';
import { MAX_TRIGGER_NAME_LENGTH } from './trigger';

export interface TriggerWorld {
  contentTypes: readonly ContentType[];
  /** Bundle ids of the apps that were not removed. */
  apps: readonly string[];
}

/** @throws UserError that names the field */
export function checkTrigger(trigger: TriggerSettings, world: TriggerWorld): void {
  if (!isName(trigger.name, MAX_TRIGGER_NAME_LENGTH)) {
    throw new UserError(400, `The name must be ${nameRule(MAX_TRIGGER_NAME_LENGTH)}.`, 'name');
  }
  if (trigger.apps.length === 0) throw new UserError(400, 'A trigger must name at least one app.', 'apps');
  const problem = problemOf(trigger, world);
  if (problem) throw new UserError(400, problem.message, problem.field);
}

export interface TriggerProblem {
  field: 'contentType' | 'apps' | 'audience' | 'content' | 'related';
  code: TriggerProblemCode;
  params: { contentType?: string; bundleId?: string; subject?: string };
  message: string;
}

/** Why a trigger cannot do its work: what it names is not there (any more), or no content; null when it can. */
export function problemOf(
  { contentType, apps }: Pick<TriggerSettings, 'contentType' | 'apps'>,
  world: TriggerWorld,
): TriggerProblem | null {
  if (holdsAccounts(contentType)) {
    const message = `${contentType} holds people's accounts, not content: every device would be told who signs up.`;
    return { field: 'contentType', code: 'content-type-accounts', params: { contentType }, message };
  }
  if (!world.contentTypes.some(({ uid }) => uid === contentType)) {
    const message = `There is no content type ${contentType}.`;
    return { field: 'contentType', code: 'content-type-missing', params: { contentType }, message };
  }
  const missing = apps.find((bundleId) => !world.apps.includes(bundleId));
  if (missing === undefined) return null;
  const message = `There is no app ${missing}.`;
  return { field: 'apps', code: 'app-missing', params: { bundleId: missing }, message };
}
