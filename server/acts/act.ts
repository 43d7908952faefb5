/** What an administrator can do, by what it is done to. An act on an app is one on each of its lanes. */
export const ACT_KINDS = [
  // A lane
  'pause',
  'resume',
  'send-anyway',
  'send-now',
  'force',
  'cancel',
  'set-credential',
  'replace-credential',
  'remove-credential',
  'confirm-deletions',
  'drop-deletions',
  'remove-device',
  'test-device',
  // An app
  'add-app',
  'rename-app',
  'change-custom-keys',
  'enable-app',
  'disable-app',
  'remove-app',
  'wake-everyone',
  'start-anew',
  // A trigger
  'add-trigger',
  'rename-trigger',
  'change-trigger',
  'enable-trigger',
  'disable-trigger',
  'remove-trigger',
  // The instance: all lanes
  'confirm-instance',
] as const;

export type ActKind = (typeof ACT_KINDS)[number];

/** Code and parameters, as everywhere: the panel renders the sentence. */
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
  Record<'bundleId' | 'environment' | 'name' | 'from' | 'keyId' | 'teamId' | 'fields' | 'tokenTail', string> &
    Record<'pushId', number>
>;
