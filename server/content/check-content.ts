import type { TriggerSettings } from '../admin-api/contract';
import { NEVER_CONTENT } from './default-query';
import { leadsTo } from './leads-to';
import { problemOfPath } from './related-paths';
import type { Model, StrapiContent } from './strapi-content';

/** Why the content of a type cannot be handed out as the settings say. */
export interface ContentProblem {
  field: 'content' | 'related';
  code: 'content-customised' | 'content-refused' | 'related-refused';
  /** What of the project's code changes the answer; or which part of the settings, such as `populate.author.fields`. */
  subject: string;
  /** A sentence without its period. */
  message: string;
}

const KEYS = ['fields', 'populate', 'on', 'sort'] as const;

/**
 * Checks what a trigger says of content against the types as they are. What Strapi's own REST API refuses, such as a
 * private field, is refused here in its words.
 *
 * @returns null when nothing is wrong
 */
export async function checkContent(
  strapi: StrapiContent,
  { contentType: uid, content, related }: Pick<TriggerSettings, 'contentType' | 'content' | 'related'>,
): Promise<ContentProblem | null> {
  const model = strapi.model(uid);
  if (!model) return null;
  for (const path of Array.isArray(related) ? related : []) {
    const problem = problemOfPath(strapi, uid, path);
    if (problem)
      return { field: 'related', code: 'related-refused', subject: path, message: `related: ${path} ${problem}` };
  }
  if (content === null) return null;
  const settings = content === true ? {} : content;
  const customised = settings.bypassRoutes ? [] : strapi.customised(uid);
  if (customised.length > 0) {
    const subject = customised.join(', ');
    const message = `content would go past code of this project that changes what the REST API answers (${subject}). Set content.bypassRoutes if devices may have it all the same`;
    return { field: 'content', code: 'content-customised', subject, message };
  }
  const refused = ({ subject, message }: PartProblem): ContentProblem => {
    return { field: 'content', code: 'content-refused', subject, message: `content.${subject} ${message}` };
  };
  const own = settings.populate === undefined ? null : problemOf(strapi, model, settings.populate, ['populate']);
  if (own) return refused(own);
  try {
    const { fields, populate } = settings;
    await strapi.validate(uid, { ...(fields && { fields }), ...(populate && { populate }) });
    return null;
  } catch (error) {
    const { message, details } = error as Error & { details?: { key?: string; path?: string | null; param?: string } };
    if (details?.param === undefined) throw error;
    const subject = [details.param, details.path ?? details.key].filter(Boolean).join('.');
    return refused({ subject, message: `is refused by Strapi's REST API: ${message}` });
  }
}

interface PartProblem {
  subject: string;
  message: string;
}

const refuse = (path: readonly string[], message: string): PartProblem => ({ subject: path.join('.'), message });
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Walks a `populate` beside the model it is of. */
function problemOf(
  strapi: StrapiContent,
  model: Model,
  populate: unknown,
  path: readonly string[],
): PartProblem | null {
  if (!isObject(populate)) {
    return refuse(
      path,
      'must be an object: the name of each relation, component or file, and true or what to take of it',
    );
  }
  return first(
    Object.entries(populate).map(([name, part]) => {
      const at = [...path, name];
      const attribute = model.attributes[name];
      if (name === '*') return refuse(at, 'would take along what is no content; name each relation');
      if (NEVER_CONTENT.has(name)) return refuse(at, 'is no content');
      if (attribute?.relation?.startsWith('morph')) {
        return refuse(at, "cannot be handed out: of such a relation Strapi's REST API shows private fields too");
      }
      const below = attribute ? leadsTo(attribute) : null;
      if (below === null) return refuse(at, 'is no relation, component, dynamic zone or file of this type');
      const models = below.map((uid) => strapi.model(uid)).filter((one) => one !== undefined);
      return partProblem(strapi, models, part, at);
    }),
  );
}

/** @param models what the part may be of: several in a dynamic zone */
function partProblem(
  strapi: StrapiContent,
  models: readonly Model[],
  part: unknown,
  path: readonly string[],
): PartProblem | null {
  if (part === true) return null;
  if (!isObject(part)) return refuse(path, 'must be true, or an object with fields and populate');
  const unknown = Object.keys(part).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) return refuse([...path, unknown], `is not one of ${KEYS.join(', ')}`);
  const { populate, on } = part;
  const within = populate === undefined ? [] : models;
  const chosen = on === undefined ? [] : Object.entries(on as Record<string, unknown>);
  return first([
    ...within.map((model) => problemOf(strapi, model, populate, [...path, 'populate'])),
    ...chosen.map(([uid, inner]) => {
      const model = models.find((one) => one.uid === uid);
      if (!model) return refuse([...path, 'on', uid], 'is no component of this dynamic zone');
      return partProblem(strapi, [model], inner, [...path, 'on', uid]);
    }),
  ]);
}

const first = (problems: (PartProblem | null)[]): PartProblem | null => problems.find((one) => one !== null) ?? null;
