import { defaultPopulate } from './default-query';
import { leadsTo } from './leads-to';
import type { ContentSettings } from '../admin-api/contract';
import type { Attribute, Link, Model, StrapiContent } from './strapi-content';

/** A way from an entry to what it shows: `author`, `seo.shareImage`, `blocks[block.hero].cta.target`. */
export interface RelatedPath {
  owner: string;
  text: string;
  /** Content type at its end, or `plugin::upload.file`. */
  target: string;
  /** From the owner on. */
  links: readonly Link[];
  /** Whether no more than the document id of what is at its end shows. */
  isReference: boolean;
  /** Whether one is at its end, and not several. */
  isToOne: boolean;
}

const STEP = /^([^.[\]]+)(?:\[([^[\]]+)\])?$/;

/** The paths that a trigger follows. A path that leads nowhere is left out: `problemOfPath` says why. */
export function pathsOf(
  strapi: StrapiContent,
  owner: string,
  content: ContentSettings | null,
  related: true | readonly string[],
): RelatedPath[] {
  const model = strapi.model(owner);
  if (!model) return [];
  const texts = related === true ? shownPaths(strapi, model, populateOf(strapi, owner, content)) : related.map(whole);
  return texts.flatMap(({ text, isReference }) => {
    const found = follow(strapi, owner, text);
    return typeof found === 'string' ? [] : [{ owner, text, isReference, ...found }];
  });
}

/** What is wrong with a path, or null. */
export function problemOfPath(strapi: StrapiContent, owner: string, text: string): string | null {
  const found = follow(strapi, owner, text);
  return typeof found === 'string' ? found : null;
}

const whole = (text: string) => ({ text, isReference: false });

const populateOf = (strapi: StrapiContent, owner: string, content: ContentSettings | null): unknown =>
  (content !== null && content !== true && content.populate) || defaultPopulate(strapi, owner);

/** @returns a sentence without its subject where the path is none */
function follow(
  strapi: StrapiContent,
  owner: string,
  text: string,
): Pick<RelatedPath, 'target' | 'links' | 'isToOne'> | string {
  const links: Link[] = [];
  let uid = owner;
  let ends: Attribute | undefined;
  for (const part of text.split(/\.(?![^[]*\])/)) {
    const [, name = '', component = null] = STEP.exec(part) ?? [];
    const attribute = strapi.model(uid)?.attributes[name];
    if (!attribute) return `names ${part}, which ${uid} does not have`;
    const target = targetOf(attribute, component);
    if (target === null) return `names ${part}: ${whyNot(attribute)}`;
    const link = strapi.link(uid, name, component);
    if (!link || !strapi.model(target)) return `names ${part}, which cannot be followed`;
    links.push(link);
    uid = target;
    ends = attribute;
  }
  if (ends?.type !== 'relation' && ends?.type !== 'media') return 'must end at a relation or a file';
  return { target: uid, links, isToOne: /ToOne$/.test(ends.relation ?? '') };
}

function targetOf(attribute: Attribute, component: string | null): string | null {
  if (attribute.relation?.startsWith('morph')) return null;
  const uids = leadsTo(attribute) ?? [];
  if (attribute.type === 'dynamiczone') return uids.find((uid) => uid === component) ?? null;
  return component === null ? (uids[0] ?? null) : null;
}

function whyNot({ type, components = [] }: Attribute): string {
  if (type === 'dynamiczone') return `a dynamic zone needs one of its components, such as [${components[0] ?? ''}]`;
  return type === 'relation' ? 'a relation to many types cannot be followed' : 'it is no relation, component or file';
}

/** Every relation and file that a `populate` shows. */
function shownPaths(
  strapi: StrapiContent,
  model: Model,
  populate: unknown,
  before = '',
): { text: string; isReference: boolean }[] {
  return Object.entries((populate as Record<string, unknown> | undefined) ?? {}).flatMap(([name, part]) => {
    const attribute = model.attributes[name];
    if (!attribute) return [];
    const text = `${before}${name}`;
    const { populate: further, on = {}, fields } = (part === true ? {} : part) as Part;
    if (attribute.type === 'dynamiczone') {
      return Object.entries(on).flatMap(([component, inner]) => {
        const below = strapi.model(component);
        return below ? shownPaths(strapi, below, (inner as Part).populate, `${text}[${component}].`) : [];
      });
    }
    const below = strapi.model(targetOf(attribute, null) ?? '');
    if (!below) return [];
    const deeper = shownPaths(strapi, below, further, `${text}.`);
    if (attribute.type === 'component') return deeper;
    const isReference = attribute.type === 'relation' && further === undefined && isIdAlone(fields);
    return [{ text, isReference }, ...deeper];
  });
}

interface Part {
  populate?: unknown;
  on?: Record<string, unknown>;
  fields?: unknown;
}

const isIdAlone = (fields: unknown): boolean =>
  Array.isArray(fields) && fields.length > 0 && fields.every((field) => field === 'documentId' || field === 'id');
