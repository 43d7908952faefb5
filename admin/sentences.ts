import type { Act, Alarm, Params, Pause, Probation, Source } from './api/types';
import { PATHS } from './plugin-id';
import type { Text, TextKey } from './text';

/** What is the matter, and what to do about it, for people. */
export interface Sentence {
  what: string;
  remedy: string;
  /** Where it can be done. */
  link?: { to: string; label: TextKey };
}

interface Entry {
  what: TextKey;
  remedy: TextKey;
  at?: 'apps' | 'triggers';
}

/** Reasons that only a mistake of this software can bring about. */
const OUR_MISTAKES = [
  'BadCollapseId',
  'BadExpirationDate',
  'BadMessageId',
  'BadPriority',
  'DuplicateHeaders',
  'InvalidPushType',
  'MissingDeviceToken',
  'PayloadEmpty',
  'BadPath',
  'MethodNotAllowed',
];

/** Codes of pauses. Where APNs stopped the lane the code is Apple's reason, as it was answered. */
const PAUSES: Record<string, Entry> = {
  ...Object.fromEntries(OUR_MISTAKES.map((reason) => [reason, { what: 'pause.our-mistake', remedy: 'remedy.report' }])),
  InvalidProviderToken: { what: 'pause.invalid-provider-token', remedy: 'remedy.replace-key', at: 'apps' },
  MissingProviderToken: { what: 'pause.missing-provider-token', remedy: 'remedy.replace-key', at: 'apps' },
  UnrelatedKeyIdInToken: { what: 'pause.unrelated-key', remedy: 'remedy.replace-key', at: 'apps' },
  BadEnvironmentKeyIdInToken: { what: 'pause.bad-environment-key', remedy: 'remedy.environment-key', at: 'apps' },
  // APNs has been seen to write this reason both ways.
  BadEnvironmentKeyInToken: { what: 'pause.bad-environment-key', remedy: 'remedy.environment-key', at: 'apps' },
  clock: { what: 'pause.clock', remedy: 'remedy.clock' },
  ExpiredProviderToken: { what: 'pause.clock', remedy: 'remedy.clock' },
  TooManyProviderTokenUpdates: { what: 'pause.too-many-tokens', remedy: 'remedy.too-many-tokens' },
  BadTopic: { what: 'pause.bad-topic', remedy: 'remedy.bundle-id', at: 'apps' },
  MissingTopic: { what: 'pause.bad-topic', remedy: 'remedy.bundle-id', at: 'apps' },
  TopicDisallowed: { what: 'pause.topic-disallowed', remedy: 'remedy.topic-disallowed', at: 'apps' },
  DeviceTokenNotForTopic: { what: 'pause.not-for-topic', remedy: 'remedy.bundle-id', at: 'apps' },
  Forbidden: { what: 'pause.forbidden', remedy: 'remedy.replace-key', at: 'apps' },
  BadCertificate: { what: 'pause.bad-certificate', remedy: 'remedy.origin' },
  BadCertificateEnvironment: { what: 'pause.bad-certificate', remedy: 'remedy.origin' },
  PayloadTooLarge: { what: 'pause.payload-too-large', remedy: 'remedy.custom-keys', at: 'apps' },
  'foreign-answer': { what: 'pause.foreign-answer', remedy: 'remedy.origin' },
  guard: { what: 'pause.guard', remedy: 'remedy.guard' },
  'guard-first': { what: 'pause.guard-first', remedy: 'remedy.guard-first' },
  'guard-gone': { what: 'pause.guard-gone', remedy: 'remedy.guard-gone' },
  fingerprint: { what: 'pause.fingerprint', remedy: 'remedy.fingerprint' },
  'no-credential': { what: 'pause.no-credential', remedy: 'remedy.no-credential', at: 'apps' },
  administrator: { what: 'pause.administrator', remedy: 'remedy.administrator' },
};

/** Where the code says nothing to this version: the cause still does. */
const CAUSES: Record<Pause['cause'], Entry> = {
  administrator: { what: 'pause.administrator', remedy: 'remedy.administrator' },
  fatal: { what: 'pause.fatal', remedy: 'remedy.fatal' },
  guard: { what: 'pause.guard', remedy: 'remedy.guard' },
  fingerprint: { what: 'pause.fingerprint', remedy: 'remedy.fingerprint' },
  'no-credential': { what: 'pause.no-credential', remedy: 'remedy.no-credential', at: 'apps' },
};

const ALARMS: Record<string, Entry> = {
  'tables-missing': { what: 'alarm.tables-missing', remedy: 'remedy.tables-missing' },
  'capture-off': { what: 'alarm.capture-off', remedy: 'remedy.capture-off' },
  'trigger-broken': { what: 'alarm.trigger-broken', remedy: 'remedy.trigger-broken', at: 'triggers' },
  'lane-paused': { what: 'alarm.lane-paused', remedy: 'remedy.lane-paused' },
  'apns-unreachable': { what: 'alarm.apns-unreachable', remedy: 'remedy.apns-unreachable' },
  'payload-broken': { what: 'alarm.payload-broken', remedy: 'remedy.payload-broken', at: 'apps' },
  'deletions-held': { what: 'alarm.deletions-held', remedy: 'remedy.deletions-held' },
  'lane-refused': { what: 'alarm.lane-refused', remedy: 'remedy.lane-refused' },
  'server-errors': { what: 'alarm.server-errors', remedy: 'remedy.server-errors' },
  'token-updates': { what: 'alarm.token-updates', remedy: 'remedy.token-updates' },
  'alarms-unreadable': { what: 'alarm.alarms-unreadable', remedy: 'remedy.database' },
  fingerprint: { what: 'alarm.fingerprint', remedy: 'remedy.fingerprint' },
  'engine-failing': { what: 'alarm.engine-failing', remedy: 'remedy.engine-failing' },
  'proxy-not-trusted': { what: 'alarm.proxy-not-trusted', remedy: 'remedy.proxy' },
  'single-address': { what: 'alarm.single-address', remedy: 'remedy.single-address' },
};

const UNREADABLE: Record<Source, Entry> = {
  panel: { what: 'alarm.credential-unreadable', remedy: 'remedy.credential-unreadable', at: 'apps' },
  config: { what: 'alarm.credential-elsewhere', remedy: 'remedy.credential-elsewhere', at: 'apps' },
};

const UNKNOWN_PAUSE: Entry = { what: 'pause.unknown', remedy: 'remedy.unknown-pause' };
const UNKNOWN_ALARM: Entry = { what: 'alarm.unknown', remedy: 'remedy.unknown-alarm' };

/** Every value a sentence may ask for, so that a server that leaves one out still gets a whole sentence. */
const BLANK: Params = {
  refused: '?',
  answered: '?',
  gone: '?',
  held: '?',
  reason: '–',
  by: '–',
  name: '–',
  message: '–',
  header: '–',
  address: '–',
  code: '–',
  status: '?',
  answer: '–',
};

/** The code of a lane that something other than APNs answers: a portal, a proxy, another server. */
const FOREIGN = 'foreign-answer';

/** As above, for acts: those from before there was a list of them name less. */
const BLANK_ACT: Params = { name: '–', from: '–', keyId: '–', teamId: '–', tokenTail: '–' };

/** Why a lane is paused and what clears it. */
export function pauseSentence(text: Text, pause: Pause): Sentence {
  const known = PAUSES[pause.code] ?? CAUSES[pause.cause] ?? UNKNOWN_PAUSE;
  return render(text, known, { ...BLANK, by: pause.by ?? '–', ...withoutEmpty(pause.params), code: pause.code });
}

/** What an alarm means and what to do. */
export function alarmSentence(text: Text, { code, params }: Alarm): Sentence {
  const values = { ...BLANK, ...withoutEmpty(params), code };
  const paused = code === 'lane-paused' ? PAUSES[params.code ?? ''] : undefined;
  // The reason of the pause says more than that there is one; what clears it stands on the lane's card.
  if (paused)
    return render(text, { what: paused.what, remedy: 'remedy.lane-paused' }, { ...values, code: params.code ?? '' });
  if (code === 'credential-unreadable')
    return unreadableSentence(text, params.source === 'config' ? 'config' : 'panel');
  if (code === 'lane-refused') return refusedSentence(text, params);
  return render(text, ALARMS[code] ?? UNKNOWN_ALARM, values);
}

function refusedSentence(text: Text, params: Params): Sentence {
  const { what, remedy } = ALARMS['lane-refused'];
  const isForeign = params.code === FOREIGN;
  return render(
    text,
    { what: isForeign ? 'alarm.foreign-answer' : what, remedy },
    { ...BLANK, ...withoutEmpty(params) },
  );
}

/** What APNs, or something else, has against a lane that is asked again; and what to do if it is right. */
export function probationSentence(text: Text, { code, status, answer = '' }: Probation): Sentence & { title: string } {
  const { remedy, at } = PAUSES[code] ?? CAUSES.fatal;
  const title = text(code === FOREIGN ? 'probation.title-foreign' : 'probation.title');
  const what: TextKey = answer === '' ? 'probation.reason' : 'probation.answer';
  return { title, ...render(text, { what, remedy, at }, { ...BLANK, code, status, answer }) };
}

const withoutEmpty = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''));

/** Why a lane's credential cannot be used, by where it was set. */
export function unreadableSentence(text: Text, source: Source): Sentence {
  return render(text, UNREADABLE[source], BLANK);
}

const ACTS: Record<Act['act'], TextKey> = {
  pause: 'act.pause',
  resume: 'act.resume',
  'send-anyway': 'act.send-anyway',
  'send-now': 'act.send-now',
  force: 'act.force',
  cancel: 'act.cancel',
  'set-credential': 'act.set-credential',
  'replace-credential': 'act.replace-credential',
  'remove-credential': 'act.remove-credential',
  'remove-device': 'act.remove-device',
  'test-device': 'act.test-device',
  'add-app': 'act.add-app',
  'rename-app': 'act.rename-app',
  'change-custom-keys': 'act.change-custom-keys',
  'enable-app': 'act.enable-app',
  'disable-app': 'act.disable-app',
  'remove-app': 'act.remove-app',
  'wake-everyone': 'act.wake-everyone',
  'start-anew': 'act.start-anew',
  'add-trigger': 'act.add-trigger',
  'rename-trigger': 'act.rename-trigger',
  'change-trigger': 'act.change-trigger',
  'enable-trigger': 'act.enable-trigger',
  'disable-trigger': 'act.disable-trigger',
  'remove-trigger': 'act.remove-trigger',
  'confirm-deletions': 'act.confirm-deletions',
  'drop-deletions': 'act.drop-deletions',
  'confirm-instance': 'act.confirm-instance',
};

/** What of a trigger was changed, by the columns that show it. */
const TRIGGER_FIELDS: Record<string, TextKey> = {
  contentType: 'column.content-type',
  wakeOn: 'column.wakes-on',
  apps: 'column.apps',
  audience: 'column.audience',
};

/** Who did what. */
export function actSentence(text: Text, { act, by, params }: Act): string {
  const named = (params.fields ?? '').split(',').flatMap((field) => TRIGGER_FIELDS[field] ?? []);
  const fields = named.map((key) => text(key)).join(', ');
  // A newer version of the server may know more acts.
  return text(ACTS[act] ?? 'act.unknown', { ...BLANK_ACT, ...params, fields, by, act });
}

function render(text: Text, { what, remedy, at }: Entry, values: Params): Sentence {
  const sentence = { what: text(what, values), remedy: text(remedy, values) };
  return at ? { ...sentence, link: { to: PATHS[at], label: `link.${at}` } } : sentence;
}
