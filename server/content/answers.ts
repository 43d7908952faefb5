import type { FeedQuery, Page } from '../feed';
import type { Auth } from './strapi-content';

/** The most entries one page with content holds, and how many it holds unless asked for fewer. */
export const MAX_CONTENT_LIMIT = 100;

export interface ContentRequest extends FeedQuery {
  /** Of the app's last answer; when it has changed, what the app holds is not what it would get today. */
  scope?: string;
}

/** Who asks. */
export interface Requester {
  auth: Auth;
  /** Whether anybody may ask this: then all get the same. */
  isPublic: boolean;
  /** Asked before work that no page kept ready saves. @returns 0, or in how many seconds to come again */
  admit(): number;
}

export interface ContentRefusal {
  kind: 'refused';
  field: 'app' | 'to' | 'cursor' | 'type' | 'rev';
  code: 'unknown-app' | 'to-ahead' | 'unknown-cursor' | 'unknown-type' | 'rev-ahead';
  message: string;
}

export type ContentAnswer<Meta> =
  | {
      kind: 'page';
      page: Page;
      meta: Meta;
      /** Whether the answer ends at a fixed point, ends at the head, or must not be kept. */
      caching: 'bounded' | 'revalidate' | 'none';
    }
  | ContentRefusal
  /** Nothing of the app may be read by this requester. */
  | { kind: 'forbidden' }
  | { kind: 'busy' }
  /** The asker has had as much work done as it may. */
  | { kind: 'limited'; waitS: number };
