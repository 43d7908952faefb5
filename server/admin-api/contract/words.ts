/** Words that tables, configuration, routes and panel share. Times are milliseconds since the epoch, by the store's clock. */

export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Where an app, a trigger or a credential was set up. `config` is pinned: read-only in the panel. */
export type Source = 'config' | 'panel';

/** What may wake devices. Unpublish and delete are logged in any case: apps must drop content. */
export const WAKE_ACTIONS = ['publish', 'unpublish', 'delete'] as const;
export type WakeAction = (typeof WAKE_ACTIONS)[number];

/**
 * Whom a change concerns: every device of the app, those whose locale equals the change's or begins with it and `-`, or
 * those with one of the tags that were made of the entry.
 */
export const AUDIENCES = ['all', 'locale', 'tags'] as const;
export type AudienceKind = (typeof AUDIENCES)[number];

/** What a trigger says of it. Templates such as `category:{category.slug}`: text, and in braces what the entry holds. */
export type Audience = Exclude<AudienceKind, 'tags'> | { readonly tags: string[] };

export const MAX_TAG_TEMPLATES = 8;
export const MAX_TAG_LENGTH = 64;

/** What a tag is made of: it must read the same in a URL, a log line and a form. */
export const TAG_PATTERN = /^[A-Za-z0-9._:-]+$/;

/** Whether iOS wakes an app for background pushes; Apple's words (`UIApplication.backgroundRefreshStatus`). */
export const BACKGROUND_REFRESH = ['available', 'denied', 'restricted'] as const;
export type BackgroundRefresh = (typeof BACKGROUND_REFRESH)[number];

/** What an editor may choose beside Publish. `without`: nobody is woken · `now`: without waiting for quiet. */
export const PUBLISH_CHOICES = ['without', 'now'] as const;
export type PublishChoice = (typeof PUBLISH_CHOICES)[number];

/** `now`: without waiting for quiet. `force`: without waiting for the budget either. */
export type Hurry = 'now' | 'force';
