import type { Core } from '@strapi/strapi';
import { contentTypes } from '@strapi/utils';
import type { StrapiEntries } from './entries';

/** What of Strapi's schema of a content type matters here. */
interface Model {
  uid: string;
  info?: { displayName?: string };
  attributes: Record<string, { type: string } | undefined>;
}

interface Rule {
  conditions?: unknown;
}

/** What of a role's ability has no types. */
interface Ability {
  rulesFor(action: string, subject: string): Rule[];
}

interface PermissionChecker {
  can: { read(entity: object, field: string): boolean };
}

/** Strapi's own services, as far as they are used here. */
interface ContentManager {
  service(name: 'content-types'): {
    findConfiguration(model: { uid: string }): Promise<{ settings?: { mainField?: string } } | undefined>;
  };
  service(name: 'permission-checker'): {
    create(options: { userAbility: Ability; model: string }): PermissionChecker;
  };
}

interface ActionProvider {
  unstable_aliases?(action: string, model: string): string[];
}

/** Rows looked up in one statement: SQLite takes 999 values in one. */
const BATCH = 500;

const READ = 'plugin::content-manager.explorer.read';

/** What can stand in a line; a password, a relation, JSON or rich text cannot. */
const SHOWN = new Set([
  ...['string', 'text', 'email', 'uid', 'enumeration', 'boolean'],
  ...['integer', 'biginteger', 'decimal', 'float', 'date', 'datetime', 'time'],
]);
const TEXTS = new Set(['string', 'text', 'uid']);

/** The entries of the Content Manager, and who may read them there. */
export function entriesOf(strapi: Core.Strapi): StrapiEntries {
  const contentManager = () => strapi.plugin('content-manager') as unknown as ContentManager | undefined;
  const modelOf = (uid: string) => (strapi.contentTypes as unknown as Record<string, Model | undefined>)[uid];
  const isShown = (model: Model, field: string) => {
    const type = model.attributes[field]?.type;
    return type !== undefined && SHOWN.has(type) && !contentTypes.isPrivateAttribute(model as never, field);
  };

  function aliasesOf(uid: string): string[] {
    const { actionProvider } = strapi.service('admin::permission') as unknown as { actionProvider: ActionProvider };
    return actionProvider.unstable_aliases?.(READ, uid) ?? [];
  }

  return {
    displayName: (uid) => {
      const model = modelOf(uid);
      return model ? (model.info?.displayName ?? uid) : null;
    },
    async mainField(uid) {
      const model = modelOf(uid);
      if (!model) return null;
      const configuration = await contentManager()?.service('content-types').findConfiguration({ uid });
      const chosen = configuration?.settings?.mainField;
      if (chosen !== undefined && model.attributes[chosen] && chosen !== 'documentId') {
        return isShown(model, chosen) ? chosen : null;
      }
      // A type without a text is known by its id, which is no title.
      const [first] = Object.keys(model.attributes).filter(
        (field) => TEXTS.has(model.attributes[field]?.type ?? '') && isShown(model, field) && !OWN.has(field),
      );
      return first ?? null;
    },
    async rows(uid, field, documentIds) {
      const found = [];
      for (let at = 0; at < documentIds.length; at += BATCH) {
        const rows = (await strapi.db.query(uid as never).findMany({
          select: [...new Set(['documentId', 'locale', 'publishedAt', field])],
          where: { documentId: { $in: documentIds.slice(at, at + BATCH) } },
          orderBy: { id: 'asc' },
        })) as Record<string, unknown>[];
        found.push(...rows);
      }
      const hasDrafts = contentTypes.hasDraftAndPublish(modelOf(uid) as never);
      return found.map((row) => ({
        documentId: String(row.documentId),
        locale: localeOf(row),
        isPublished: !hasDrafts || row.publishedAt !== null,
        value: row[field],
      }));
    },
    async latest(uid) {
      const model = modelOf(uid);
      if (!model) return null;
      // Publishing makes a new row, so the highest id is the latest.
      const [row] = (await strapi.db.query(uid as never).findMany({
        select: ['documentId', 'locale'],
        where: contentTypes.hasDraftAndPublish(model as never) ? { publishedAt: { $notNull: true } } : {},
        orderBy: { id: 'desc' },
        limit: 1,
      })) as Record<string, unknown>[];
      return row ? { documentId: String(row.documentId), locale: localeOf(row) } : null;
    },
    readerOf(ability) {
      if (!isAbility(ability)) return () => false;
      const checkers = new Map<string, PermissionChecker | null>();
      const checkerOf = (uid: string): PermissionChecker | null => {
        const rules = [READ, ...aliasesOf(uid)].flatMap((action) => ability.rulesFor(action, uid));
        // Strapi judges a condition by the whole entry with its relations, which nobody reads here.
        if (!rules.every(({ conditions }) => asksForLocaleOnly(conditions))) return null;
        return contentManager()?.service('permission-checker').create({ userAbility: ability, model: uid }) ?? null;
      };
      return (uid, field, locale) => {
        const checker = checkers.has(uid) ? checkers.get(uid) : checkerOf(uid);
        checkers.set(uid, checker ?? null);
        return checker?.can.read({ locale }, field) ?? false;
      };
    },
  };
}

const localeOf = ({ locale }: Record<string, unknown>): string | null =>
  typeof locale === 'string' && locale !== '' ? locale : null;

/** Strapi's own attributes. */
const OWN = new Set(['documentId', 'locale']);

function isAbility(value: unknown): value is Ability {
  return typeof (value as Partial<Ability> | null | undefined)?.rulesFor === 'function';
}

/** Whether a role's limits are the locales that it was given, as i18n writes them. */
function asksForLocaleOnly(conditions: unknown): boolean {
  if (conditions === undefined || conditions === null) return true;
  if (Array.isArray(conditions)) return conditions.every(asksForLocaleOnly);
  if (typeof conditions !== 'object') return false;
  return Object.entries(conditions).every(([key, value]) => {
    if (key === '$and' || key === '$or') return asksForLocaleOnly(value);
    return key === 'locale';
  });
}
