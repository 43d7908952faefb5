import type { Model, Populate, StrapiContent } from './strapi-content';

/** Strapi's own attributes, which are no content. */
export const NEVER_CONTENT = new Set(['localizations', 'createdBy', 'updatedBy']);
/** Components may hold themselves. */
const MAX_DEPTH = 10;

/**
 * What is part of a document: its media, components and dynamic zones to the last, and relations as references by document
 * id. Nothing that belongs to another type (`mappedBy`), and no polymorphic relation: Strapi shows private fields of those.
 */
export function defaultPopulate(strapi: Pick<StrapiContent, 'model' | 'isPrivate'>, uid: string, depth = 0): Populate {
  const model = strapi.model(uid);
  if (!model || depth > MAX_DEPTH) return {};
  const shown = Object.entries(model.attributes).filter(
    ([name]) => !NEVER_CONTENT.has(name) && !strapi.isPrivate(model, name),
  );
  const within = (component: string) => ({ populate: defaultPopulate(strapi, component, depth + 1) });
  return Object.fromEntries(
    shown.flatMap(([name, attribute]): [string, unknown][] => {
      switch (attribute.type) {
        case 'media':
          return [[name, true]];
        case 'component':
          return [[name, within(attribute.component ?? '')]];
        case 'dynamiczone':
          return [[name, { on: Object.fromEntries((attribute.components ?? []).map((one) => [one, within(one)])) }]];
        case 'relation':
          return isReference(attribute) ? [[name, { fields: ['documentId'] }]] : [];
        default:
          return [];
      }
    }),
  );
}

function isReference({ relation = '', mappedBy }: Model['attributes'][string]): boolean {
  return !relation.startsWith('morph') && mappedBy === undefined;
}
