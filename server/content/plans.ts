import { createHash } from 'node:crypto';
import type { ContentSettings } from '../admin-api/contract';
import { canonicalJson } from './canonical-json';
import { checkContent } from './check-content';
import { defaultPopulate } from './default-query';
import { leadsTo } from './leads-to';
import type { Auth, ContentQuery, StrapiContent } from './strapi-content';

/** What a requester gets of one content type. */
export type TypePlan =
  /** Its entries with their content, read by this query. */
  | { kind: 'content'; uid: string; query: object }
  /** Its entries by id: no trigger says that its content is handed out. */
  | { kind: 'reference'; uid: string }
  /** That there are changes, and nothing else: the requester may not read it, or its settings went bad. */
  | { kind: 'withheld'; uid: string };

/** What a requester gets of an app's content types. */
export interface Plan {
  types: ReadonlyMap<string, TypePlan>;
  /** Changes with everything that decides what an answer looks like: settings, permissions, schemas. */
  scope: string;
}

export interface PlanOptions {
  strapi: StrapiContent;
  /** The content types that an app hears of, and what of them it is given. */
  contentOf(appId: number): ReadonlyMap<string, ContentSettings | null>;
}

/** What is wanted of a type by its settings, before anybody's permissions. */
interface Wanted {
  query: ContentQuery;
  /** Every model that an answer can hold something of. */
  models: readonly string[];
  /** Of these models' schemas. */
  mark: string;
}

const MAX_KEPT = 200;

/** Decides what a requester gets, once for all requesters with the same permissions. */
export function createPlans({ strapi, contentOf }: PlanOptions) {
  const wanted = new WeakMap<object, Map<string, Promise<Wanted | null>>>();
  const sanitized = new Map<string, Promise<object>>();
  const everything = {};

  function wantedOf(uid: string, settings: ContentSettings): Promise<Wanted | null> {
    const owner = settings === true ? everything : settings;
    const byUid = wanted.get(owner) ?? new Map<string, Promise<Wanted | null>>();
    wanted.set(owner, byUid);
    const known = byUid.get(uid);
    if (known) return known;
    const made = makeWanted(uid, settings);
    byUid.set(uid, made);
    made.catch(() => byUid.delete(uid));
    return made;
  }

  async function makeWanted(uid: string, settings: ContentSettings): Promise<Wanted | null> {
    if ((await checkContent(strapi, { contentType: uid, content: settings, related: null })) !== null) return null;
    const { fields, populate = defaultPopulate(strapi, uid) } = settings === true ? {} : settings;
    const query: ContentQuery = { ...(fields && { fields }), populate };
    const models = [...modelsOf(strapi, uid, populate)].sort();
    const mark = hashOf(models.map((model) => [model, shownOf(strapi, model)]));
    return { query, models, mark };
  }

  async function planOf(uid: string, settings: ContentSettings | null, auth: Auth): Promise<[TypePlan, string]> {
    if (auth === undefined || !(await mayRead(strapi, uid, auth))) return [{ kind: 'withheld', uid }, ''];
    if (settings === null) return [{ kind: 'reference', uid }, ''];
    const want = await wantedOf(uid, settings);
    if (want === null) return [{ kind: 'withheld', uid }, 'bad'];
    const allowed = await Promise.all(want.models.map((model) => strapi.may(auth, [`${model}.find`])));
    const key = JSON.stringify([uid, want.query, allowed]);
    let query = sanitized.get(key);
    if (!query) {
      query = strapi.sanitizeQuery(uid, want.query, auth);
      sanitized.set(key, query);
      query.catch(() => sanitized.delete(key));
      const [oldest] = sanitized.keys();
      if (sanitized.size > MAX_KEPT && oldest !== undefined) sanitized.delete(oldest);
    }
    return [{ kind: 'content', uid, query: await query }, want.mark];
  }

  return {
    /** @throws what Strapi throws */
    async of(appId: number, auth: Auth): Promise<Plan> {
      const types = [...contentOf(appId)].sort(([a], [b]) => (a < b ? -1 : 1));
      const plans = await Promise.all(types.map(([uid, settings]) => planOf(uid, settings, auth)));
      return {
        types: new Map(plans.map(([plan]) => [plan.uid, plan])),
        scope: hashOf(plans).slice(0, 16),
      };
    },
  };
}

/** As Strapi's own routes ask: a single type has no `findOne`. */
async function mayRead(strapi: StrapiContent, uid: string, auth: Auth): Promise<boolean> {
  const actions = strapi.model(uid)?.kind === 'singleType' ? ['find'] : ['find', 'findOne'];
  return strapi.may(
    auth,
    actions.map((action) => `${uid}.${action}`),
  );
}

/** Every model that a `populate` reaches, and the one it begins at. */
function modelsOf(strapi: StrapiContent, uid: string, populate: unknown, found = new Set<string>()): Set<string> {
  found.add(uid);
  const { attributes = {} } = strapi.model(uid) ?? {};
  for (const [name, part] of Object.entries((populate as Record<string, unknown> | undefined) ?? {})) {
    const attribute = attributes[name];
    const { populate: further, on = {} } = (part === true ? {} : part) as { populate?: unknown; on?: object };
    const below = attribute && attribute.type !== 'dynamiczone' ? (leadsTo(attribute) ?? []) : [];
    for (const target of below) modelsOf(strapi, target, further, found);
    for (const [component, inner] of Object.entries(on)) {
      modelsOf(strapi, component, (inner as { populate?: unknown } | true as { populate?: unknown }).populate, found);
    }
  }
  return found;
}

/** What of a model shows in an answer. */
function shownOf(strapi: StrapiContent, uid: string): unknown {
  const model = strapi.model(uid);
  if (!model) return null;
  return Object.entries(model.attributes).map(([name, { type, relation, target, component, components }]) => [
    name,
    type,
    relation ?? null,
    target ?? component ?? components ?? null,
    strapi.isPrivate(model, name),
  ]);
}

const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('base64url');
