import type { ContentType } from '../admin-api/contract';

/** What of Strapi's schema of a content type matters here. */
interface Schema {
  uid: string;
  modelType?: string;
  kind?: string;
  info?: { displayName?: string };
  options?: { draftAndPublish?: boolean };
  pluginOptions?: Record<string, unknown>;
}

/**
 * The content types that editors publish: the project's own, and those of plugins that the Content Manager shows. No
 * components, no accounts and none of Strapi's own tables.
 */
export function listContentTypes(schemas: object): ContentType[] {
  return (Object.values(schemas) as Schema[])
    .filter((schema) => schema.modelType === 'contentType' && isEditorial(schema))
    .map((schema) => ({
      uid: schema.uid,
      displayName: schema.info?.displayName ?? schema.uid,
      kind: schema.kind === 'singleType' ? ('singleType' as const) : ('collectionType' as const),
      draftAndPublish: schema.options?.draftAndPublish === true,
      localized: option(schema, 'i18n', 'localized') === true,
    }))
    .sort((a, b) => a.displayName.localeCompare(b.displayName));
}

/**
 * Whether a type holds people's accounts. The Content Manager shows them, but they are no content: a trigger on them would
 * tell every device who signs up, by document id.
 */
export const holdsAccounts = (uid: string): boolean => uid.startsWith('plugin::users-permissions.');

function isEditorial(schema: Schema): boolean {
  if (holdsAccounts(schema.uid)) return false;
  if (schema.uid.startsWith('api::')) return true;
  return schema.uid.startsWith('plugin::') && option(schema, 'content-manager', 'visible') !== false;
}

function option(schema: Schema, plugin: string, name: string): unknown {
  return (schema.pluginOptions?.[plugin] as Record<string, unknown> | undefined)?.[name];
}
