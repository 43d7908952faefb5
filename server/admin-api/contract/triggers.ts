import type { LaneForecast } from './entries';
import type { ChangedEntry, Push } from './pushes';
import type { Audience, Environment, Source, WakeAction } from './words';

/**
 * What of an entry devices get beside the news that it changed: all that is part of it, or what is named here as Strapi's
 * REST API takes it.
 */
export type ContentSettings =
  | true
  | {
      /** Default: all fields. */
      readonly fields?: string[];
      /** Default: files, components and dynamic zones to the last, relations by document id. */
      readonly populate?: Record<string, unknown>;
      /** Hand it out although the project's own code changes what the REST API answers. Default: false. */
      readonly bypassRoutes?: boolean;
    };

/** What an administrator, or the configuration, decides about a trigger. */
export interface TriggerSettings {
  name: string;
  /** UID of a content type, such as `api::article.article`. */
  contentType: string;
  wakeOn: WakeAction[];
  /** Bundle ids. */
  apps: string[];
  audience: Audience;
  /** Null: devices are told what changed, and fetch it over Strapi's REST API. */
  content: ContentSettings | null;
  /**
   * Which other entries and files are news of the entry that shows them: all that it shows, or paths such as `author`,
   * `seo.shareImage`, `blocks[block.hero].cta`; null: none.
   */
  related: true | string[] | null;
  /** Whether such news wakes. */
  relatedWakes: boolean;
}

/** Why a stored trigger cannot do its work. */
export const TRIGGER_PROBLEMS = [
  'content-type-accounts',
  'content-type-missing',
  'app-missing',
  'content-customised',
  'content-refused',
  'related-refused',
  'audience-refused',
] as const;
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

/** A push to one lane as it would be sent. */
export interface LanePreview {
  forecast: LaneForecast;
  bundleId: string;
  audience: Push['audience'];
  /** Why no payload can be built: a sentence; null: it can. */
  problem: string | null;
  /** In the order in which they are written, without `authorization`; `…` stands for what each device has of its own. */
  headers: [name: string, value: string][];
  /** The JSON as devices get it; null: there is a problem. */
  body: string | null;
  /** Of UTF-8. */
  bytes: number;
}

/** `GET /triggers/:id/preview`: what publishing the latest published entry once more would send. */
export interface TriggerPreview {
  now: number;
  enabled: boolean;
  /** False: nothing is logged at present, so nobody hears of it. */
  captured: boolean;
  /** Null: nothing is published. */
  entry: ChangedEntry | null;
  lanes: LanePreview[];
}

/** `GET /content-types`: a list of those that a trigger may name. */
export interface ContentType {
  uid: string;
  displayName: string;
  kind: 'collectionType' | 'singleType';
  draftAndPublish: boolean;
  localized: boolean;
}

/** `POST /triggers/preview-audience` */
export interface AudiencePreviewBody {
  contentType: string;
  /** Bundle ids. */
  apps: string[];
  /** Templates of tags. */
  tags: string[];
}

/** Why a template made no tag: the entry has nothing in a field, or what came out is too long or has other characters. */
export type NoTagReason = 'empty' | 'characters' | 'too-long';

/** What templates make of the latest published entry: of the entry, nothing but the tags themselves. */
export interface AudiencePreview {
  /** Null: none is published. */
  entry: { documentId: string; locale: string | null; updatedAt: number | null } | null;
  /** In the order of the templates; without an entry, those alone that no trigger may have. */
  made: ({ template: string } & (
    | { tag: string }
    | { tag: null; reason: NoTagReason; field: string | null }
    /** A sentence. */
    | { tag: null; reason: 'refused'; problem: string }
  ))[];
  /** How many devices of each lane of the apps have one of the tags. */
  lanes: { bundleId: string; environment: Environment; devices: number }[];
}
