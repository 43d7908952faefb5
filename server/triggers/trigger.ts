import type { Audience, ChangeAction } from '../store/tables';

/** What may wake devices. Unpublish and delete are logged in any case: apps must drop content. */
export type WakeAction = Exclude<ChangeAction, 'refresh'>;
export const WAKE_ACTIONS = ['publish', 'unpublish', 'delete'] as const satisfies readonly WakeAction[];

export const AUDIENCES = ['all', 'locale'] as const satisfies readonly Audience[];

/** What an administrator, or the configuration, decides about a trigger. */
export interface TriggerSettings {
  name: string;
  /** UID of a content type, such as `api::article.article`. */
  contentType: string;
  wakeOn: WakeAction[];
  /** Bundle ids. */
  apps: string[];
  audience: Audience;
}

/** The column is 191 wide, so that it can be unique on MariaDB. */
export const MAX_TRIGGER_NAME_LENGTH = 191;
