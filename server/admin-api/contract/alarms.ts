import type { ParamsOf, ParamTypes } from './params';

/** Everything that may be wrong and needs a person, with what is told about it. */
export const ALARM_PARAMS = {
  'tables-missing': { message: 'text' },
  'alarms-unreadable': { message: 'text' },
  'untrusted-database': {},
  'engine-failing': { message: 'text' },
  fingerprint: {},
  'trigger-broken': { name: 'text', problem: 'text', contentType: 'text?', bundleId: 'text?', subject: 'text?' },
  'credential-unreadable': { bundleId: 'text', environment: 'text', source: 'text' },
  'lane-paused': {
    cause: 'text',
    code: 'text',
    status: 'number?',
    answer: 'text?',
    refused: 'number?',
    answered: 'number?',
    gone: 'number?',
  },
  'lane-refused': { code: 'text', status: 'number', probes: 'number', answer: 'text' },
  'apns-unreachable': { code: 'text', message: 'text' },
  'server-errors': { code: 'text', message: 'text' },
  'token-updates': { code: 'text', message: 'text' },
  'payload-broken': { message: 'text' },
  'before-push-failed': { message: 'text' },
  'deletions-held': { held: 'number', gone: 'number', answered: 'number' },
  'proxy-not-trusted': { header: 'text' },
  'single-address': { address: 'text' },
} as const satisfies Record<string, ParamTypes>;

export type AlarmCode = keyof typeof ALARM_PARAMS;
export type AlarmParams<C extends AlarmCode> = ParamsOf<(typeof ALARM_PARAMS)[C]>;

interface AlarmOf<C extends AlarmCode> {
  /** Names what is wrong; the same thing is never listed twice. */
  key: string;
  code: C;
  params: AlarmParams<C>;
  /** Null: it concerns no single lane. */
  laneId: number | null;
  raisedAt: number;
}

export type Alarm = { [C in AlarmCode]: AlarmOf<C> }[AlarmCode];
