import type { Core } from '@strapi/strapi';
import type { Registry } from '../../apps/registry';
import type { Store } from '../../store/store';
import type { Bell } from '../bell';
import { createActNaming } from './act';
import { createAftermath } from './aftermath';
import { createCapture, type CaptureState } from './capture';
import { createChangeLog } from './change-log';
import { createIntents } from './intents';
import { createLookAgain, type LookAgain } from './look-again';
import { createMissed } from './missed';
import { createNaming } from './naming';
import { createRelated } from './related';
import type { Owners } from '../../content';
import { createRelatedNotes } from './related-notes';
import { createTagValues, type TagValuesOptions } from './tag-values';
import { createVersions } from './versions';

export type { CaptureState } from './capture';
export { toChanges, type NewChange } from './changes';
export { readLoggedAbove, type LoggedChange } from './logged-above';
export { createRelatedNotes } from './related-notes';
export { sequenceApp } from './sequence';
export { createTagValues, type TagValues } from './tag-values';
export { createTellOwners, type TellOwners } from './tell-owners';
export type { LookAgain } from './look-again';

export interface LogOptions {
  strapi: Core.Strapi;
  store: Store;
  registry: Registry;
  bell: Bell;
  owners: Owners;
  /** Where tags are made of what entries hold. */
  content: TagValuesOptions['source'];
  state: CaptureState;
  log: { error(message: string): void; warn(message: string): void };
}

/** The room that notices what editors publish and writes it down: capture, its notes, and the look after a crash. */
export interface Log {
  /** For `strapi.documents.use`. */
  middleware: ReturnType<typeof createActNaming>['middleware'];
  /** For `strapi.db.lifecycles.subscribe`. */
  subscriber: ReturnType<typeof createCapture>;
  /** The same, for what others show. */
  related: ReturnType<typeof createRelated>;
  lookAgain: LookAgain;
}

export function createLog({ strapi, store, registry, bell, owners, content, state, log }: LogOptions): Log {
  const acts = createActNaming();
  const versions = createVersions(strapi);
  const naming = createNaming({ acts, versions });
  const tagValues = createTagValues({ registry, source: content });
  const intents = createIntents({ store });
  const missed = createMissed({ log });
  const changeLog = createChangeLog({ strapi, store, registry, intents, bell });
  const aftermath = createAftermath({ versions, naming, tagValues, log: changeLog });
  return {
    middleware: acts.middleware,
    subscriber: createCapture({
      strapi,
      registry,
      state,
      naming,
      tagValues,
      versions,
      log: changeLog,
      intents,
      missed,
      aftermath,
    }),
    related: createRelated({
      strapi,
      store,
      state,
      versions,
      owners,
      tagValues,
      notes: createRelatedNotes({ store }),
      missed,
      bell,
    }),
    lookAgain: createLookAgain({ store, registry, versions, naming, tagValues, intents, missed, changeLog, bell, log }),
  };
}
