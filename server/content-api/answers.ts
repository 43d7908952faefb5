/*
 * What apps get. The package exports these types, so they name nothing that an app need not have installed.
 */
import type { ContentMeta, EntryContent, SnapshotEntry, SnapshotMeta } from '../content/page-types';
import type { TokenState } from '../devices/token-state';
import type { FeedChange, FeedMeta } from '../feed/feed-change';
import type { FieldError } from '../http/field-errors';

/** `POST /devices` */
export interface RegistrationAnswer {
  data: {
    id: string;
    /** Proves the installation, with the header `x-device-secret`. */
    secret: string;
    epoch: string;
    /** Where the log stands, not what the app holds. */
    rev: number;
  };
}

/** `PUT /devices/:id` */
export interface DeviceAnswer {
  data: {
    id: string;
    epoch: string;
    rev: number;
    /** How APNs last answered the device's token. */
    apns: TokenState;
  };
}

/** `GET /changes` */
export interface ChangesAnswer {
  data: FeedChange[];
  meta: FeedMeta;
}

/** `GET /changes?include=content` */
export interface ContentChangesAnswer {
  /** `content` null: the entry is not published now; absent: ask for it, as without `include`. */
  data: (FeedChange & { content?: EntryContent | null })[];
  meta: FeedMeta & ContentMeta;
}

/** `GET /snapshot` */
export interface SnapshotAnswer {
  data: SnapshotEntry[];
  meta: SnapshotMeta;
}

/** What programs read of an error. */
export interface ErrorDetails {
  errors: FieldError[];
}

/** Every error; where Strapi itself refuses (401, 403 for a missing permission, JSON that cannot be read), `details` is empty or absent. */
export interface ContentApiError {
  data: null;
  error: { status: number; name: string; message: string; details?: Partial<ErrorDetails> };
}
