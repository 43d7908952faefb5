import type { Environment, Source } from '../admin-api/contract';
import type { DeviceChanges } from './device-changes';

export interface Registration extends DeviceChanges {
  /** Bundle id. */
  app: string;
  environment: Environment;
  /** Stored form (`normalizeToken`). */
  token: string;
}

/** What devices must know of apps and lanes, from memory; the registry of `server/apps` knows it. */
export interface LaneDirectory {
  app(bundleId: string):
    | {
        id: number;
        enabled: boolean;
        lanes: readonly { id: number; environment: Environment; credentialSource: Source | null }[];
      }
    | undefined;
}

/** A registration that set-up does not allow: which field, a code for programs, a sentence for people. */
export interface Refusal {
  field: 'app' | 'environment';
  code: 'unknown-app' | 'app-disabled' | 'lane-not-set-up';
  message: string;
}

/** The lane that an app's devices register for, or what set-up has against it. */
export function laneToRegister(
  registry: LaneDirectory,
  bundleId: string,
  environment: Environment,
): { appId: number; laneId: number } | Refusal {
  const app = registry.app(bundleId);
  if (!app) return refuse.unknownApp(bundleId);
  if (!app.enabled) return refuse.appDisabled(bundleId);
  const lane = app.lanes.find((candidate) => candidate.environment === environment);
  if (!lane || lane.credentialSource === null) return refuse.laneNotSetUp(bundleId, environment);
  return { appId: app.id, laneId: lane.id };
}

export const TOO_MANY_DEVICES =
  'No more devices are taken: the limit registration.maxDevices is reached. An administrator can raise it or remove devices.';

/** Each reason that set-up has against a registration, with what to do about it. */
export const refuse = {
  unknownApp: (bundleId: string): Refusal => ({
    field: 'app',
    code: 'unknown-app',
    message: `app: no app with the bundle id "${bundleId}" is set up here. Send the bundle id as Xcode shows it, or have the app added in the panel (Settings, Background push, Apps).`,
  }),
  appDisabled: (bundleId: string): Refusal => ({
    field: 'app',
    code: 'app-disabled',
    message: `app: "${bundleId}" is disabled here and takes no registrations. An administrator can enable it in the panel (Settings, Background push, Apps).`,
  }),
  laneNotSetUp: (bundleId: string, environment: Environment): Refusal => ({
    field: 'environment',
    code: 'lane-not-set-up',
    message: `environment: "${bundleId}" has no APNs key for ${environment}. Send the environment the app was signed for (aps-environment), or have its key added in the panel (Settings, Background push, Apps).`,
  }),
};
