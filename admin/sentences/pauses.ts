import type { Pause, PauseCause, PauseCode, Probation } from '../../server/admin-api/contract';
import type { Text, TextKey } from '../text';
import { entryOf, render, type Entry, type Sentence } from './sentence';

/** Reasons that only a mistake of this software can bring about. */
const OUR_MISTAKE: Entry = { what: 'pause.our-mistake', remedy: 'remedy.report' };
const BUNDLE_ID: Entry = { what: 'pause.bad-topic', remedy: 'remedy.bundle-id', at: 'apps' };
const CERTIFICATE: Entry = { what: 'pause.bad-certificate', remedy: 'remedy.origin' };
const ENVIRONMENT_KEY: Entry = { what: 'pause.bad-environment-key', remedy: 'remedy.environment-key', at: 'apps' };

/** Where the code says nothing to this version: the cause still does. */
const CAUSES: Readonly<Record<PauseCause, Entry>> = {
  administrator: { what: 'pause.administrator', remedy: 'remedy.administrator' },
  fatal: { what: 'pause.fatal', remedy: 'remedy.fatal' },
  guard: { what: 'pause.guard', remedy: 'remedy.guard' },
  fingerprint: { what: 'pause.fingerprint', remedy: 'remedy.fingerprint' },
  'no-credential': { what: 'pause.no-credential', remedy: 'remedy.no-credential', at: 'apps' },
};

/** A code without a sentence does not compile. */
export const PAUSES: Readonly<Record<PauseCode, Entry>> = {
  administrator: CAUSES.administrator,
  guard: CAUSES.guard,
  fingerprint: CAUSES.fingerprint,
  'no-credential': CAUSES['no-credential'],
  'guard-first': { what: 'pause.guard-first', remedy: 'remedy.guard-first' },
  'guard-gone': { what: 'pause.guard-gone', remedy: 'remedy.guard-gone' },
  clock: { what: 'pause.clock', remedy: 'remedy.clock' },
  'foreign-answer': { what: 'pause.foreign-answer', remedy: 'remedy.origin' },
  BadCertificate: CERTIFICATE,
  BadCertificateEnvironment: CERTIFICATE,
  BadCollapseId: OUR_MISTAKE,
  BadEnvironmentKeyIdInToken: ENVIRONMENT_KEY,
  BadEnvironmentKeyInToken: ENVIRONMENT_KEY,
  BadExpirationDate: OUR_MISTAKE,
  BadMessageId: OUR_MISTAKE,
  BadPath: OUR_MISTAKE,
  BadPriority: OUR_MISTAKE,
  BadTopic: BUNDLE_ID,
  DuplicateHeaders: OUR_MISTAKE,
  Forbidden: { what: 'pause.forbidden', remedy: 'remedy.replace-key', at: 'apps' },
  InvalidProviderToken: { what: 'pause.invalid-provider-token', remedy: 'remedy.replace-key', at: 'apps' },
  InvalidPushType: OUR_MISTAKE,
  MethodNotAllowed: OUR_MISTAKE,
  MissingDeviceToken: OUR_MISTAKE,
  MissingProviderToken: { what: 'pause.missing-provider-token', remedy: 'remedy.replace-key', at: 'apps' },
  MissingTopic: BUNDLE_ID,
  PayloadEmpty: OUR_MISTAKE,
  PayloadTooLarge: { what: 'pause.payload-too-large', remedy: 'remedy.custom-keys', at: 'apps' },
  TopicDisallowed: { what: 'pause.topic-disallowed', remedy: 'remedy.topic-disallowed', at: 'apps' },
};

const UNKNOWN: Entry = { what: 'pause.unknown', remedy: 'remedy.unknown-pause' };

/** The code of a lane that something other than APNs answers: a portal, a proxy, another server. */
export const FOREIGN = 'foreign-answer' satisfies PauseCode;

/** The texts of a pause's code, if this version knows it. */
export const pauseEntry = (code: string): Entry | undefined => entryOf(PAUSES, code);

/** Why a lane is paused and what clears it. */
export function pauseSentence(text: Text, { cause, code, params, by = '' }: Pause): Sentence {
  return render(text, pauseEntry(code) ?? entryOf(CAUSES, cause) ?? UNKNOWN, { ...params, by, code });
}

/** What APNs, or something else, has against a lane that is asked again; and what to do if it is right. */
export function probationSentence(text: Text, { code, status, answer = '' }: Probation): Sentence & { title: string } {
  const { remedy, at } = pauseEntry(code) ?? CAUSES.fatal;
  const title = text(code === FOREIGN ? 'probation.title-foreign' : 'probation.title');
  const what: TextKey = answer === '' ? 'probation.reason' : 'probation.answer';
  return { title, ...render(text, { what, remedy, at }, { code, status, answer }) };
}
