import { checkKeyId, checkTeamId, parseKey } from '../apns';
import { isName, nameRule } from '../name-rule';
import { UserError } from '../user-error';
import { BUNDLE_ID_RULE, isBundleId } from './bundle-id';
import type { Credential } from './configured-app';

export type CustomKeys = Record<string, unknown>;

export interface NewApp {
  bundleId: string;
  name: string;
  customKeys?: CustomKeys;
}

export interface AppChanges {
  name?: string;
  customKeys?: CustomKeys;
  enabled?: boolean;
}

/** A credential as an administrator enters it. */
export interface CredentialInput {
  keyId: string;
  teamId: string;
  /** Text of the `.p8` file. */
  key: string;
}

/** What is wrong with an app's own keys, as a sentence without its subject ("must be …"); null: nothing. */
export type CheckCustomKeys = (keys: CustomKeys) => string | null;

export const MAX_APP_NAME_LENGTH = 255;

/** @throws UserError that names the field */
export function checkApp(app: Partial<NewApp>, checkCustomKeys: CheckCustomKeys): void {
  if (app.bundleId !== undefined && !isBundleId(app.bundleId)) {
    throw new UserError(400, `The bundle id must be ${BUNDLE_ID_RULE}.`, 'bundleId');
  }
  if (app.name !== undefined && !isName(app.name, MAX_APP_NAME_LENGTH)) {
    throw new UserError(400, `The name must be ${nameRule(MAX_APP_NAME_LENGTH)}.`, 'name');
  }
  const problem = app.customKeys && checkCustomKeys(app.customKeys);
  if (problem) throw new UserError(400, `The custom keys ${problem}.`, 'customKeys');
}

/**
 * Reads a credential. No `file:` here: an administrator of the panel has no business with the server's files.
 * @throws UserError that names the field and never shows the key
 */
export function readCredential(input: CredentialInput): Credential {
  return {
    keyId: field('keyId', 'The key id', () => checkKeyId(input.keyId.trim())),
    teamId: field('teamId', 'The team id', () => checkTeamId(input.teamId.trim())),
    key: field('key', 'The key', () => parseKey(input.key)),
  };
}

function field<Value>(name: keyof CredentialInput, label: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UserError(400, `${label} ${(error as Error).message}.`, name);
  }
}
