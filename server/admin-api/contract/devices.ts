import type { Environment } from './words';
import type { PageMeta } from './pages';

/** A device, with nothing that could be used to push to it or to change it. `GET /devices`: a page of these. */
export interface Device {
  /** The public id. */
  id: string;
  laneId: number;
  bundleId: string;
  environment: Environment;
  tokenTail: string;
  locale: string | null;
  tags: string[];
  registeredAt: number;
  seenAt: number;
  /** APNs has accepted a push to this token. */
  accepted: boolean;
  refusals: number;
}

/** Beside a page of devices. */
export interface DevicesMeta extends PageMeta {
  /** Where apps register, such as `/api/background-push/devices`. */
  path: string;
}

/** `POST /devices/:id/test`: what APNs said, in words. */
export interface TestResult {
  outcome: 'accepted' | 'rejected' | 'unsent' | 'unknown';
  apnsId: string;
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}
