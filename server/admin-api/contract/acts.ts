import type { ParamsOf, ParamTypes } from './params';
import type { Environment } from './words';

/** What an administrator can do, by what it is done to, and what its sentence tells. An act on an app is one on each of its lanes. */
export const ACT_PARAMS = {
  // A lane
  pause: {},
  resume: {},
  'send-anyway': { pushId: 'number' },
  'send-now': {},
  force: {},
  cancel: { pushId: 'number' },
  'set-credential': { keyId: 'text', teamId: 'text' },
  'replace-credential': { keyId: 'text', teamId: 'text' },
  'remove-credential': { keyId: 'text', teamId: 'text' },
  'confirm-deletions': {},
  'drop-deletions': {},
  'remove-device': { tokenTail: 'text' },
  'test-device': { tokenTail: 'text' },
  'test-devices': { devices: 'number' },
  'mark-test-device': { name: 'text', tokenTail: 'text' },
  'unmark-test-device': { name: 'text', tokenTail: 'text' },
  'import-devices': { name: 'text' },
  'export-devices': {},
  'erase-devices': { devices: 'number' },
  // An entry, in an app's log
  'publish-without': { contentType: 'text', documentId: 'text' },
  'publish-now': { contentType: 'text', documentId: 'text' },
  // An app
  'add-app': { name: 'text' },
  'rename-app': { name: 'text', from: 'text' },
  'change-custom-keys': {},
  'enable-app': {},
  'disable-app': {},
  'remove-app': { name: 'text' },
  'wake-everyone': {},
  'start-anew': {},
  // A trigger
  'add-trigger': { name: 'text' },
  'rename-trigger': { name: 'text', from: 'text' },
  'change-trigger': { name: 'text', fields: 'text' },
  'enable-trigger': { name: 'text' },
  'disable-trigger': { name: 'text' },
  'remove-trigger': { name: 'text' },
  // The instance: all lanes
  'confirm-instance': {},
} as const satisfies Record<string, ParamTypes>;

export type ActKind = keyof typeof ACT_PARAMS;
type ParamsOfAct<K extends ActKind> = ParamsOf<(typeof ACT_PARAMS)[K]>;

/** An act with what its sentence tells, as it is written down. */
export type RecordedAct = {
  [K in ActKind]: keyof ParamsOfAct<K> extends never
    ? { act: K; params?: undefined }
    : { act: K; params: ParamsOfAct<K> };
}[ActKind];

/** What an administrator did. */
export interface Act {
  id: number;
  act: ActKind;
  /** The administrator's name, as people read it; never an e-mail address. */
  by: string;
  at: number;
  /** Null: it was done to more than one lane, or to none. */
  laneId: number | null;
  params: ActParams;
}

/** Facts that a sentence needs once the thing itself is gone. Never a secret: they are answered as they are. */
export type ActParams = Partial<
  Record<
    'bundleId' | 'name' | 'from' | 'keyId' | 'teamId' | 'fields' | 'tokenTail' | 'contentType' | 'documentId',
    string
  > & {
    environment: Environment;
    pushId: number;
    devices: number;
  }
>;
