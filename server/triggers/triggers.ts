import type { AlarmParams, ContentType, Trigger, TriggerSettings } from '../admin-api/contract';
import type { Knex } from 'knex';
import { recordAct } from '../acts/record-act';
import { insertedId } from '../store/inserted-id';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type TriggerRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { UserError } from '../user-error';
import { syncTriggers } from './sync-triggers';
import { actsOfChange } from './trigger-acts';
import { checkTrigger, problemOf, type TriggerProblem, type TriggerWorld } from './trigger-input';
import { findTrigger, replaceTrigger, toColumns, toSettings } from './trigger-store';

type Optional = 'content' | 'related' | 'relatedWakes';
export type TriggerInput = Omit<TriggerSettings, Optional> &
  Partial<Pick<TriggerSettings, Optional>> & { enabled?: boolean };

/**
 * Which content wakes which apps. Every change is in force on this instance when its promise resolves, and is kept with
 * the name of who made it (`by`).
 */
export interface Triggers {
  list(): Promise<Trigger[]>;
  /** @throws UserError 400 for a wrong field, 409 when the name is taken */
  create(trigger: TriggerInput, by: string): Promise<Trigger>;
  /** Apps that it no longer tells of its content type get a `refresh`. @throws UserError 400, 404, 409 */
  update(id: number, changes: Partial<TriggerInput>, by: string): Promise<Trigger>;
  /** @throws UserError 404, or 409 when pinned */
  remove(id: number, by: string): Promise<void>;
  /** Content types that a trigger may name. */
  contentTypes(): ContentType[];
  /** At boot: makes the stored triggers agree with the configuration. Apps must agree with it already. */
  syncConfig(): Promise<void>;
  /** Raises an alarm for each enabled trigger whose content type or app is missing, and clears those that are over. */
  check(): Promise<void>;
}

export interface TriggersOptions {
  store: Store;
  registry: { reload(): Promise<void> };
  alarms: {
    raise(key: string, code: 'trigger-broken', params: AlarmParams<'trigger-broken'>): Promise<void>;
    clear(key: string): Promise<void>;
  };
  log: { warn(message: string): void };
  /** The triggers that the configuration pins. */
  configured: readonly TriggerSettings[];
  contentTypes(): ContentType[];
  /** Whether the templates of an audience can make tags of entries of the type. */
  checkAudience(trigger: Pick<TriggerSettings, 'contentType' | 'audience'>): ContentProblem | null;
  /** Whether the content of a type can be handed out as asked. */
  checkContent(trigger: Pick<TriggerSettings, 'contentType' | 'content' | 'related'>): Promise<ContentProblem | null>;
}

/** A sentence without its subject in `message`. */
interface ContentProblem {
  field: 'audience' | 'content' | 'related';
  code: 'audience-refused' | 'content-customised' | 'content-refused' | 'related-refused';
  /** What is wrong: a part of the field, or what is in the way. */
  subject: string;
  message: string;
}

const alarmKey = (id: number) => `trigger-broken:${id}`;

export function createTriggers(options: TriggersOptions): Triggers {
  const { store, registry, alarms, log, configured, contentTypes, checkAudience, checkContent } = options;

  const isPinned = (name: string) => configured.some((trigger) => trigger.name === name);

  async function world(knex: Knex): Promise<TriggerWorld> {
    const apps = await knex<AppRow>(TABLES.apps).whereNull('removed_at').select('bundle_id');
    return { contentTypes: contentTypes(), apps: apps.map((app) => app.bundle_id) };
  }

  /** Why a trigger cannot do its work, or not all of it: then what it logs is right, and its content is withheld. */
  async function findProblem(settings: TriggerSettings, around: TriggerWorld): Promise<TriggerProblem | null> {
    const problem = problemOf(settings, around);
    if (problem) return problem;
    const found = checkAudience(settings) ?? (await checkContent(settings));
    if (!found) return null;
    const { field, code, subject, message } = found;
    return { field, code, params: { contentType: settings.contentType, subject }, message: `${message}.` };
  }

  async function toTrigger(row: TriggerRow, around: TriggerWorld): Promise<Trigger> {
    const settings = toSettings(row);
    return {
      id: row.id,
      ...settings,
      enabled: row.enabled === 1,
      source: row.source,
      pinned: isPinned(row.name),
      problem: (await findProblem(settings, around))?.message ?? null,
    };
  }

  async function list(): Promise<Trigger[]> {
    const around = await world(store.knex);
    const rows = await store.knex<TriggerRow>(TABLES.triggers).orderBy('id');
    return Promise.all(rows.map((row) => toTrigger(row, around)));
  }

  async function get(id: number): Promise<Trigger> {
    return (await list()).find((trigger) => trigger.id === id) ?? unknownTrigger();
  }

  async function check(): Promise<void> {
    const around = await world(store.knex);
    for (const row of await store.knex<TriggerRow>(TABLES.triggers).orderBy('id')) {
      const problem = row.enabled === 1 ? await findProblem(toSettings(row), around) : null;
      if (!problem) await alarms.clear(alarmKey(row.id));
      else
        await alarms.raise(alarmKey(row.id), 'trigger-broken', {
          name: row.name,
          problem: problem.code,
          ...problem.params,
        });
    }
  }

  /** One set-up change at a time: the version's row is the lock, so what is read after it still holds at commit. */
  async function write<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
    const result = await store.transaction(async (trx) => {
      await bumpVersion(trx);
      return work(trx);
    });
    await registry.reload();
    await check();
    return result;
  }

  async function editable(trx: Knex, id: number): Promise<TriggerRow> {
    const row = await trx<TriggerRow>(TABLES.triggers).where({ id }).first();
    if (!row) return unknownTrigger();
    if (isPinned(row.name)) {
      const name = `The trigger ${row.name}`;
      throw new UserError(409, `${name} is set up in the configuration of the plugin and can only be changed there.`);
    }
    return row;
  }

  /** @throws UserError that names the field */
  async function checkSettings(trx: Knex, settings: TriggerSettings, id?: number): Promise<void> {
    const around = await world(trx);
    checkTrigger(settings, around);
    const problem = await findProblem(settings, around);
    if (problem) throw new UserError(400, problem.message, problem.field);
    const { content, contentType, apps } = settings;
    if (content === null) return;
    const others = await trx<TriggerRow>(TABLES.triggers).where({ content_type: contentType }).whereNotNull('content');
    const other = others.find(
      (row) =>
        row.id !== id &&
        row.content !== JSON.stringify(content) &&
        toSettings(row).apps.some((bundleId) => apps.includes(bundleId)),
    );
    if (!other) return;
    const message = `content must be the same as in the trigger ${other.name}: both tell the same app of ${contentType}.`;
    throw new UserError(409, message, 'content');
  }

  async function checkName(trx: Knex, name: string, id?: number): Promise<void> {
    const taken = await findTrigger(trx, name);
    if (taken && taken.id !== id) throw new UserError(409, `There is a trigger named ${taken.name} already.`, 'name');
  }

  return {
    list,
    check,
    contentTypes,

    async create({ enabled = true, ...given }, by) {
      const settings = { content: null, related: null, relatedWakes: false, ...given };
      const id = await write(async (trx) => {
        await checkSettings(trx, settings);
        await checkName(trx, settings.name);
        const now = store.now();
        const row: Omit<TriggerRow, 'id'> = {
          ...toColumns(settings),
          enabled: enabled ? 1 : 0,
          source: 'panel',
          created_at: now,
          updated_at: now,
        };
        const added = await insertedId(store, trx(TABLES.triggers).insert(row));
        await recordAct(trx, { act: 'add-trigger', by, at: now, params: { name: settings.name } });
        return added;
      });
      return get(id);
    },

    async update(id, { enabled, ...changes }, by) {
      await write(async (trx) => {
        const before = await editable(trx, id);
        const settings = { ...toSettings(before), ...changes };
        // Switching off a trigger that has gone bad must be possible.
        if (enabled !== false || Object.keys(changes).length > 0) await checkSettings(trx, settings, id);
        await checkName(trx, settings.name, id);
        const at = store.now();
        const after: TriggerRow = {
          ...before,
          ...toColumns(settings),
          enabled: enabled === undefined ? before.enabled : enabled ? 1 : 0,
          // A trigger that configuration gave up belongs to the panel from its first change on.
          source: 'panel',
          updated_at: at,
        };
        await replaceTrigger(trx, before, after);
        for (const act of actsOfChange(before, after)) await recordAct(trx, { ...act, by, at });
      });
      return get(id);
    },

    async remove(id, by) {
      await write(async (trx) => {
        const before = await editable(trx, id);
        await replaceTrigger(trx, before, null);
        await recordAct(trx, { act: 'remove-trigger', by, at: store.now(), params: { name: before.name } });
      });
      await alarms.clear(alarmKey(id));
    },

    async syncConfig() {
      const disabled = await write((trx) => syncTriggers(trx, configured, store.now()));
      for (const name of disabled) {
        log.warn(`the trigger ${name} is no longer in the configuration and was disabled`);
      }
    },
  };
}

function unknownTrigger(): never {
  throw new UserError(404, 'There is no such trigger.');
}
