import type { Act, ActKind } from '../../server/admin-api/contract';
import type { Text, TextKey } from '../text';
import { entryOf } from './sentence';

/** An act without a sentence does not compile. */
export const ACTS: Readonly<Record<ActKind, TextKey>> = {
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
  'test-devices': 'act.test-devices',
  'mark-test-device': 'act.mark-test-device',
  'unmark-test-device': 'act.unmark-test-device',
  'import-devices': 'act.import-devices',
  'export-devices': 'act.export-devices',
  'erase-devices': 'act.erase-devices',
  'publish-without': 'act.publish-without',
  'publish-now': 'act.publish-now',
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
const TRIGGER_FIELDS: Readonly<Record<string, TextKey>> = {
  contentType: 'column.content-type',
  wakeOn: 'column.wakes-on',
  apps: 'column.apps',
  audience: 'column.audience',
  content: 'column.content',
  related: 'column.related',
  relatedWakes: 'column.related',
};

/** Acts from before there was a list of them name less. */
const BLANK = {
  name: '–',
  from: '–',
  keyId: '–',
  teamId: '–',
  tokenTail: '–',
  contentType: '–',
  documentId: '–',
  devices: 0,
};

/** Who did what. */
export function actSentence(text: Text, { act, by, params }: Act): string {
  const named = (params.fields ?? '').split(',').flatMap((field) => TRIGGER_FIELDS[field] ?? []);
  const fields = named.map((key) => text(key)).join(', ');
  // A newer version of the server may know more acts.
  return text(entryOf(ACTS, act) ?? 'act.unknown', { ...BLANK, ...params, fields, by, act });
}
