import type { ParamsOf, ParamTypes } from './params';

/**
 * Why a device does not wake, by what explains most: what stops everybody first, then what is wrong with the device's
 * token, with its lane, with the device, and last what cannot be known from here.
 */
export const DIAGNOSIS_PARAMS = {
  // Nothing leaves at all
  'sending-off': {},
  'instance-unconfirmed': {},
  'app-disabled': {},
  'lane-not-set-up': {},
  // Its token
  'called-gone': { at: 'number' },
  'wrong-environment': { reason: 'text' },
  'token-refused': { refusals: 'number', reason: 'text?', at: 'number?' },
  // Its lane
  'lane-paused': { code: 'text', at: 'number' },
  'lane-refused': { code: 'text', at: 'number' },
  // The device
  'background-refresh-denied': {},
  'background-refresh-restricted': {},
  'holds-newest': { rev: 'number' },
  'not-seen': { at: 'number' },
  // What is to come
  'push-under-way': { pushId: 'number' },
  'budget-spent': { at: 'number' },
  'push-waits': { at: 'number' },
  // The latest pushes
  'nothing-pushed': {},
  'not-in-audience': { pushId: 'number' },
  'never-accepted': {},
  'holds-what-was-pushed': { rev: 'number' },
  /** APNs took the pushes; what the device made of them cannot be known. */
  behind: { rev: 'number', head: 'number' },
  /** The same of a device that does not say what it holds. */
  'says-nothing': {},
} as const satisfies Record<string, ParamTypes>;

export type DiagnosisCode = keyof typeof DIAGNOSIS_PARAMS;

export type Diagnosis = {
  [K in DiagnosisCode]: { code: K; params: ParamsOf<(typeof DIAGNOSIS_PARAMS)[K]> };
}[DiagnosisCode];
