/** Words that tables, configuration, routes and panel share. Times are milliseconds since the epoch, by the store's clock. */

export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Where an app, a trigger or a credential was set up. `config` is pinned: read-only in the panel. */
export type Source = 'config' | 'panel';

/** What may wake devices. Unpublish and delete are logged in any case: apps must drop content. */
export const WAKE_ACTIONS = ['publish', 'unpublish', 'delete'] as const;
export type WakeAction = (typeof WAKE_ACTIONS)[number];

/** Whom a change concerns: every device of the app, or those whose locale equals the change's or begins with it and `-`. */
export const AUDIENCES = ['all', 'locale'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** Whether iOS wakes an app for background pushes; Apple's words (`UIApplication.backgroundRefreshStatus`). */
export const BACKGROUND_REFRESH = ['available', 'denied', 'restricted'] as const;
export type BackgroundRefresh = (typeof BACKGROUND_REFRESH)[number];

/** What an editor may choose beside Publish. `without`: nobody is woken · `now`: without waiting for quiet. */
export const PUBLISH_CHOICES = ['without', 'now'] as const;
export type PublishChoice = (typeof PUBLISH_CHOICES)[number];

/** `now`: without waiting for quiet. `force`: without waiting for the budget either. */
export type Hurry = 'now' | 'force';
