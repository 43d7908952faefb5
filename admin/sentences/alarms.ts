import type { Alarm, AlarmCode, Source, TriggerProblemCode } from '../../server/admin-api/contract';
import type { Text, TextKey } from '../text';
import { FOREIGN, pauseEntry } from './pauses';
import { entryOf, render, type Entry, type Sentence } from './sentence';

const UNREADABLE: Readonly<Record<Source, Entry>> = {
  panel: { what: 'alarm.credential-unreadable', remedy: 'remedy.credential-unreadable', at: 'apps' },
  config: { what: 'alarm.credential-elsewhere', remedy: 'remedy.credential-elsewhere', at: 'apps' },
};

const TRIGGER_PROBLEMS: Readonly<Record<TriggerProblemCode, TextKey>> = {
  'content-type-accounts': 'remedy.trigger-accounts',
  'content-type-missing': 'remedy.trigger-type',
  'app-missing': 'remedy.trigger-app',
  'content-customised': 'remedy.trigger-customised',
  'content-refused': 'remedy.trigger-content',
  'related-refused': 'remedy.trigger-related',
  'audience-refused': 'remedy.trigger-audience',
};

/** An alarm without a sentence does not compile. */
export const ALARMS: Readonly<Record<AlarmCode, Entry>> = {
  'tables-missing': { what: 'alarm.tables-missing', remedy: 'remedy.tables-missing' },
  'alarms-unreadable': { what: 'alarm.alarms-unreadable', remedy: 'remedy.database' },
  'untrusted-database': { what: 'alarm.untrusted-database', remedy: 'remedy.untrusted-database' },
  'engine-failing': { what: 'alarm.engine-failing', remedy: 'remedy.engine-failing' },
  fingerprint: { what: 'alarm.fingerprint', remedy: 'remedy.fingerprint' },
  'trigger-broken': { what: 'alarm.trigger-broken', remedy: 'remedy.trigger-broken', at: 'triggers' },
  'credential-unreadable': UNREADABLE.panel,
  'lane-paused': { what: 'alarm.lane-paused', remedy: 'remedy.lane-paused' },
  'lane-refused': { what: 'alarm.lane-refused', remedy: 'remedy.lane-refused' },
  'apns-unreachable': { what: 'alarm.apns-unreachable', remedy: 'remedy.apns-unreachable' },
  'server-errors': { what: 'alarm.server-errors', remedy: 'remedy.server-errors' },
  'token-updates': { what: 'alarm.token-updates', remedy: 'remedy.token-updates' },
  'payload-broken': { what: 'alarm.payload-broken', remedy: 'remedy.payload-broken', at: 'apps' },
  'before-push-failed': { what: 'alarm.before-push-failed', remedy: 'remedy.before-push-failed' },
  'deletions-held': { what: 'alarm.deletions-held', remedy: 'remedy.deletions-held' },
  'proxy-not-trusted': { what: 'alarm.proxy-not-trusted', remedy: 'remedy.proxy' },
  'single-address': { what: 'alarm.single-address', remedy: 'remedy.single-address' },
};

const UNKNOWN: Entry = { what: 'alarm.unknown', remedy: 'remedy.unknown-alarm' };

/** What an alarm means and what to do. */
export function alarmSentence(text: Text, alarm: Alarm): Sentence {
  return render(text, entryOfAlarm(alarm), { code: alarm.code, ...alarm.params });
}

function entryOfAlarm(alarm: Alarm): Entry {
  const entry = entryOf(ALARMS, alarm.code) ?? UNKNOWN;
  switch (alarm.code) {
    case 'lane-paused':
      // The reason of the pause says more than that there is one; what clears it stands on the lane's card.
      return { ...entry, what: pauseEntry(alarm.params.code)?.what ?? entry.what };
    case 'lane-refused':
      return alarm.params.code === FOREIGN ? { ...entry, what: 'alarm.foreign-answer' } : entry;
    case 'credential-unreadable':
      return entryOf(UNREADABLE, alarm.params.source) ?? entry;
    case 'trigger-broken':
      return { ...entry, remedy: entryOf(TRIGGER_PROBLEMS, alarm.params.problem) ?? entry.remedy };
    default:
      return entry;
  }
}

/** Why a lane's credential cannot be used, by where it was set. */
export function unreadableSentence(text: Text, source: Source): Sentence {
  return render(text, UNREADABLE[source], {});
}
