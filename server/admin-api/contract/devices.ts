import type { Diagnosis } from './diagnosis';
import type { BackgroundRefresh, Environment } from './words';
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
  /** What it is called as a test device; null: it is none. */
  testName: string | null;
}

/**
 * What is known of a device's part in a push: nothing is stored per delivery, so most of it is derived.
 *
 * `woken`: the device said that this push woke it · `refused`: APNs did · `waiting`: it is to be tried again ·
 * `accepted`: every device that the push met was · `answered`: met and answered, the answer is not kept · `not-met`: its
 * turn has not come · `not-known`: the push ended early.
 */
export const DELIVERY_PARTS = ['woken', 'refused', 'waiting', 'accepted', 'answered', 'not-met', 'not-known'] as const;
export type DeliveryPart = (typeof DELIVERY_PARTS)[number];

/** A push of the device's lane since it registered. */
export interface DevicePush {
  id: number;
  since: number;
  rev: number;
  createdAt: number;
  /** Whether it is meant for the device, with the locale and the tags that the device has now. */
  meant: boolean;
  part: DeliveryPart;
  /** Of what was refused, and of what waits after an answer. */
  status: number | null;
  reason: string | null;
  /** When it was refused, or when it is tried again. */
  at: number | null;
}

/** `GET /devices/:id`. */
export interface DeviceDetail extends Device {
  /** When the last refusal was counted that says nothing good of the token; null: none since it registered. */
  refusedAt: number | null;
  /** Up to when APNs calls the token dead, while its deletion is held. */
  goneAt: number | null;
  /** The revision up to which it holds everything, in the app's present log; null: it did not say. */
  appliedRev: number | null;
  reportedAt: number | null;
  /** The app's newest revision. */
  head: number;
  backgroundRefresh: BackgroundRefresh | null;
  diagnosis: Diagnosis;
  /** The latest ones, newest first. */
  pushes: DevicePush[];
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
  /** Names the push in Apple's delivery log; null outside of the sandbox. */
  uniqueId: string | null;
  status: number | null;
  reason: string | null;
  message: string;
  remedy: string;
}

export const MAX_TEST_NAME_LENGTH = 100;
/** How many devices one request sends a test push to. */
export const MAX_TESTED_AT_ONCE = 20;

/** `GET /lanes/:id/test-answers`: a test push and what APNs said of it. */
export interface TestAnswer extends Pick<TestResult, 'apnsId' | 'uniqueId' | 'status' | 'reason'> {
  id: number;
  deviceId: string;
  /** Null: it is no test device, or not any more. */
  name: string | null;
  tokenTail: string;
  sentAt: number;
  answeredAt: number | null;
  /** Null while it is on its way. */
  outcome: TestResult['outcome'] | null;
}
