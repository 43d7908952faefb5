import type { Params, ParamTypes } from './params';

/**
 * Why a lane is paused. Each cause is cleared by its own act: an administrator's by resuming, `fatal` and `guard` by
 * resuming or by a new credential, `fingerprint` by confirming the instance, `no-credential` by setting one.
 */
export const PAUSE_CAUSES = ['administrator', 'fatal', 'guard', 'fingerprint', 'no-credential'] as const;
export type PauseCause = (typeof PAUSE_CAUSES)[number];

const GUARD = { refused: 'number', answered: 'number', gone: 'number' } as const;
/** `answer`: what came, where it was no answer of APNs. */
const REFUSAL = { status: 'number', answer: 'text?' } as const;

/** Every pause that this version knows, with what is told about it. Where APNs stopped the lane the code is Apple's reason. */
export const PAUSE_PARAMS = {
  administrator: {},
  fingerprint: {},
  'no-credential': {},
  guard: GUARD,
  'guard-first': GUARD,
  'guard-gone': GUARD,
  clock: REFUSAL,
  'foreign-answer': REFUSAL,
  BadCertificate: REFUSAL,
  BadCertificateEnvironment: REFUSAL,
  BadCollapseId: REFUSAL,
  BadEnvironmentKeyIdInToken: REFUSAL,
  BadEnvironmentKeyInToken: REFUSAL,
  BadExpirationDate: REFUSAL,
  BadMessageId: REFUSAL,
  BadPath: REFUSAL,
  BadPriority: REFUSAL,
  BadTopic: REFUSAL,
  DuplicateHeaders: REFUSAL,
  Forbidden: REFUSAL,
  InvalidProviderToken: REFUSAL,
  InvalidPushType: REFUSAL,
  MethodNotAllowed: REFUSAL,
  MissingDeviceToken: REFUSAL,
  MissingProviderToken: REFUSAL,
  MissingTopic: REFUSAL,
  PayloadEmpty: REFUSAL,
  PayloadTooLarge: REFUSAL,
  TopicDisallowed: REFUSAL,
} as const satisfies Record<string, ParamTypes>;

export type PauseCode = keyof typeof PAUSE_PARAMS;

export interface Pause {
  cause: PauseCause;
  /** A `PauseCode`, or what APNs answered that Apple does not document. */
  code: PauseCode | (string & {});
  params: Params;
  at: number;
  by?: string;
}

/** APNs, or something in its place, refuses every push of a lane; it is asked again now and then. */
export interface Probation {
  /** As of a pause. */
  code: Pause['code'];
  status: number;
  /** What came, where it was no answer of APNs. */
  answer?: string;
  /** When APNs first refused. */
  since: number;
  /** How often it was asked again. */
  probes: number;
  nextAt: number;
}
