import type { TriggerSettings } from '../admin-api/contract';

/**
 * Of which shape a trigger's `content` and `related` must be, wherever they are written. What they name is checked against
 * the content types, once Strapi knows them.
 */
export const CONTENT_RULE =
  'must be null, true, or an object with fields (a list), populate (an object) and bypassRoutes (true or false)';
export const RELATED_RULE = 'must be null, true, or a list of paths such as author or seo.shareImage';

export function isContent(value: unknown): value is TriggerSettings['content'] {
  if (value === null || value === true) return true;
  if (!isObject(value)) return false;
  const { fields, populate, bypassRoutes, ...strange } = value;
  return (
    Object.keys(strange).length === 0 &&
    (fields === undefined || isTexts(fields)) &&
    (populate === undefined || isObject(populate)) &&
    (bypassRoutes === undefined || typeof bypassRoutes === 'boolean')
  );
}

export function isRelated(value: unknown): value is TriggerSettings['related'] {
  return value === null || value === true || isTexts(value);
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
