import type { Audience } from '../admin-api/contract';
import { holdsAccounts } from './content-types';
import { parseTemplate, pathsOfTemplate } from './tag-template';

interface Attribute {
  type: string;
  relation?: string;
  target?: string;
  mappedBy?: string;
}

export interface Model {
  uid: string;
  attributes: Readonly<Record<string, Attribute>>;
}

/** Strapi's content types, as far as templates name what they hold. */
export interface Schemas<M extends Model = Model> {
  model(uid: string): M | undefined;
  isPrivate(model: M, attribute: string): boolean;
}

/** Where a path leads: a field of the entry itself, or one of the entry that a relation leads to. */
export interface TagField {
  path: string;
  relation: string | null;
  field: string;
}

/** What every entry has, whatever its schema says. */
const OF_EVERY_ENTRY = new Set(['documentId', 'locale']);
const SCALARS = new Set([
  'string',
  'text',
  'uid',
  'enumeration',
  'integer',
  'biginteger',
  'float',
  'decimal',
  'boolean',
  'date',
]);
const TO_ONE = new Set(['oneToOne', 'manyToOne']);

/** @returns where the path leads, or why it leads nowhere: a part of a sentence after the path */
export function fieldOf<M extends Model>(
  schemas: Schemas<M>,
  uid: string,
  path: string,
): TagField | { problem: string } {
  const [first = '', second] = path.split('.');
  const model = schemas.model(uid);
  if (!model) return { problem: `is of ${uid}, which is no content type` };
  if (second === undefined) {
    const problem = problemOfField(schemas, model, first);
    return problem === null ? { path, relation: null, field: first } : { problem };
  }
  const attribute = own(model, first);
  if (!attribute) return { problem: `names ${first}, which ${uid} does not have` };
  if (attribute.type !== 'relation') return { problem: `names ${first}, which is no relation of ${uid}` };
  if (schemas.isPrivate(model, first)) return { problem: `names ${first}, which is private` };
  if (!TO_ONE.has(attribute.relation ?? '') || attribute.target === undefined) {
    return { problem: `names ${first}, which may lead to several entries` };
  }
  if (attribute.mappedBy !== undefined) {
    return { problem: `names ${first}, which is written at the other entry: a change there is none of this one` };
  }
  const target = schemas.model(attribute.target);
  if (!target || holdsAccounts(target.uid) || target.uid.startsWith('admin::')) {
    return { problem: `names ${first}, which leads to no content` };
  }
  const problem = problemOfField(schemas, target, second);
  return problem === null ? { path, relation: first, field: second } : { problem };
}

function problemOfField<M extends Model>(schemas: Schemas<M>, model: M, field: string): string | null {
  if (OF_EVERY_ENTRY.has(field)) return null;
  const attribute = own(model, field);
  if (!attribute) return `names ${field}, which ${model.uid} does not have`;
  if (attribute.type === 'password' || schemas.isPrivate(model, field)) return `names ${field}, which is private`;
  if (attribute.type === 'relation')
    return `names the relation ${field} without one of its fields, such as ${field}.slug`;
  if (attribute.type === 'email') return `names ${field}, an e-mail address, whose @ no tag has`;
  if (!SCALARS.has(attribute.type)) return `names ${field}, a field of type ${attribute.type}, which makes no tag`;
  return null;
}

const own = ({ attributes }: Model, name: string): Attribute | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined;

export interface AudienceProblem {
  field: 'audience';
  code: 'audience-refused';
  /** The template. */
  subject: string;
  /** A sentence without its period. */
  message: string;
}

/** Whether an audience's templates can make tags of entries of a type; null when they can. */
export function checkAudience<M extends Model>(
  schemas: Schemas<M>,
  uid: string,
  audience: Audience,
): AudienceProblem | null {
  for (const text of typeof audience === 'string' ? [] : audience.tags) {
    const problem = problemOfTemplate(schemas, uid, text);
    if (problem !== null) {
      const message = `audience.tags: ${text === '' ? 'a template' : text} ${problem}`;
      return { field: 'audience', code: 'audience-refused', subject: text, message };
    }
  }
  return null;
}

function problemOfTemplate<M extends Model>(schemas: Schemas<M>, uid: string, text: string): string | null {
  const template = parseTemplate(text);
  if ('problem' in template) return template.problem;
  for (const path of pathsOfTemplate(template)) {
    const field = fieldOf(schemas, uid, path);
    if ('problem' in field) return field.problem;
  }
  return null;
}
