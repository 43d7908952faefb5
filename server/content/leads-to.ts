import type { Attribute } from './strapi-content';

/** Strapi's content type of the media library. */
export const FILE = 'plugin::upload.file';

/** The types and components that an attribute's value may be of; null: it is a plain value. */
export function leadsTo({ type, target, component, components }: Attribute): readonly string[] | null {
  const named = (uid: string | undefined) => (uid === undefined ? [] : [uid]);
  switch (type) {
    case 'media':
      return [FILE];
    case 'component':
      return named(component);
    case 'dynamiczone':
      return components ?? [];
    case 'relation':
      return named(target);
    default:
      return null;
  }
}
