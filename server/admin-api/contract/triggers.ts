import type { Audience, Source, WakeAction } from './words';

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

/** Why a stored trigger cannot do its work. */
export const TRIGGER_PROBLEMS = ['content-type-accounts', 'content-type-missing', 'app-missing'] as const;
export type TriggerProblemCode = (typeof TRIGGER_PROBLEMS)[number];

/** `GET /triggers`: a list of these. */
export interface Trigger extends TriggerSettings {
  id: number;
  enabled: boolean;
  source: Source;
  /** Set up in this instance's configuration: read-only. */
  pinned: boolean;
  /** Why it cannot do its work, for example a content type that is gone: a sentence; null when it can. */
  problem: string | null;
}

/** `POST /triggers`; `PUT` takes some of it. */
export type TriggerBody = TriggerSettings & { enabled: boolean };

/** `GET /content-types`: a list of those that a trigger may name. */
export interface ContentType {
  uid: string;
  displayName: string;
  kind: 'collectionType' | 'singleType';
  draftAndPublish: boolean;
  localized: boolean;
}
