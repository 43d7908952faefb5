import type { Core } from '@strapi/strapi';
import { generateKeyPairSync } from 'node:crypto';
import type { TriggerSettings } from '../../../server/admin-api/contract';
import type { Assembly } from '../../../server/assemble';
import { createRelatedNotes, createTagValues, createTellOwners } from '../../../server/pipeline/log';
import type { Owners } from '../../../server/content';
import { sequenceApp } from '../../../server/pipeline/log/sequence';
import type { Services } from '../../../server/services';
import type { BootOptions } from '../boot-environment';
import { servicesOf } from '../services-of';
import { bootStrapi, type BootedStrapi } from '../strapi';
import { LIBRARY } from '../test-app';

export const BUNDLE_ID = 'com.example.library';

export const ARTICLE = 'api::article.article';
export const AUTHOR = 'api::author.author';
export const CATEGORY = 'api::category.category';
export const HOMEPAGE = 'api::homepage.homepage';
export const COMMENT = 'api::comment.comment';
export const REPORT = 'api::report.report';
export const FILE = 'plugin::upload.file';

/** Words that stand in private fields: no answer may hold one. */
export const PLANTED = ['planted-contract', 'planted-mail', 'planted-note', 'planted-ip'] as const;

export type Document = { documentId: string; locale?: string | null } & Record<string, unknown>;

/** The Document Service of one type, untyped: the library's types have no generated ones. */
export interface Documents {
  create(params: object): Promise<Document>;
  update(params: object): Promise<Document>;
  publish(params: object): Promise<unknown>;
  unpublish(params: object): Promise<unknown>;
  discardDraft(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
  findMany(params: object): Promise<Document[]>;
  findOne(params: object): Promise<Document | null>;
}

/** What can be written in a library. */
export interface Shelves {
  readonly strapi: Core.Strapi;
  documents(uid: string): Documents;
  /** A file of the media library, without bytes. */
  addFile(name: string): Promise<number>;
}

export interface Library extends BootedStrapi, Shelves {
  services: Services;
  /** Who shows what; a test may replace parts of it. */
  owners: Owners;
  /** Numbers what is committed, as the engine would within a second; returns the head. */
  number(): Promise<number>;
}

export interface LibraryOptions extends Pick<BootOptions, 'database' | 'env'> {
  /** Default: one for each type of the library but comments and reports, with all content. */
  triggers?: readonly Partial<TriggerSettings>[];
  /** Settings of the plugin. */
  config?: Record<string, unknown>;
  /** What everybody may do beside asking the plugin. */
  granted?: readonly string[];
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = privateKey.export({ type: 'pkcs8', format: 'pem' });

/** Far above what a test asks for. */
const NO_LIMITS = { perAddressPerMinute: 1_000_000, globalPerMinute: 1_000_000 };

export const TYPES = [ARTICLE, AUTHOR, CATEGORY, HOMEPAGE] as const;

export const READ = TYPES.flatMap((uid) => (uid === HOMEPAGE ? [`${uid}.find`] : [`${uid}.find`, `${uid}.findOne`]));

export const triggerOf = (contentType: string, settings: Partial<TriggerSettings> = {}) => ({
  name: contentType,
  contentType,
  apps: [BUNDLE_ID],
  content: true as const,
  ...settings,
});

/** The plugin's configuration: one app, and no limits. */
export const libraryConfig = (triggers: readonly Partial<TriggerSettings>[]) => ({
  apps: [{ bundleId: BUNDLE_ID, production: { keyId: 'ABCDEFGHIJ', teamId: 'TEAM123456', key } }],
  triggers,
  registration: NO_LIMITS,
});

/** What lets everybody ask the plugin for content. */
export const ASK = ['changes.find', 'snapshot.find'] as const;

export function shelvesOf(strapi: Core.Strapi): Shelves {
  let files = 0;
  return {
    strapi,
    documents: (uid) => strapi.documents(uid as never) as unknown as Documents,
    async addFile(name) {
      const file = {
        name,
        hash: `hash_${++files}`,
        ext: '.png',
        mime: 'image/png',
        size: 1,
        url: `/uploads/${name}.png`,
        provider: strapi.config.get('plugin::upload.provider'),
        folderPath: '/',
      };
      const { id } = (await strapi.db.query(FILE).create({ data: file })) as { id: number };
      return id;
    },
  };
}

/** A Strapi with content of every kind, whose content API everybody may use. Nothing is sent. */
export async function bootLibrary(options: LibraryOptions = {}): Promise<Library> {
  const { database, triggers = TYPES.map((uid) => triggerOf(uid)), granted = READ } = options;
  const running = await bootStrapi({
    app: LIBRARY,
    database,
    env: options.env,
    listen: false,
    config: { ...libraryConfig(triggers), ...options.config },
  });
  await running.grantPublic([...ASK, ...granted]);
  const services = servicesOf(running.strapi) as Assembly;
  const { store, registry, owners, source } = services;
  const tagValues = createTagValues({ registry, source });
  const tellOwners = createTellOwners({ store, registry, owners, notes: createRelatedNotes({ store }), tagValues });
  return {
    ...running,
    ...shelvesOf(running.strapi),
    services,
    owners,
    async number() {
      const app = services.registry.app(BUNDLE_ID)!;
      await tellOwners.tell(() => false);
      while ((await sequenceApp(services.store, app.id)) > 0);
      return (await services.feed.position(BUNDLE_ID))!.head;
    },
  };
}

/** A published author, category, pictures, and articles that show them in every way there is. */
export async function fill(library: Shelves) {
  const [avatar, cover, share, hero] = await Promise.all(
    ['avatar', 'cover', 'share', 'hero'].map((name) => library.addFile(name)),
  );
  const authors = library.documents(AUTHOR);
  const categories = library.documents(CATEGORY);
  const articles = library.documents(ARTICLE);
  const author = await authors.create({
    data: { name: 'Ada', email: 'planted-mail@example.com', avatar },
    status: 'published',
  });
  const hidden = await authors.create({ data: { name: 'Only a draft' } });
  const category = await categories.create({ data: { name: 'News' } });
  const body = (title: string, more: object = {}) => ({
    title,
    price: 3,
    draftOfContract: 'planted-contract',
    cover,
    gallery: [cover, share],
    author: author.documentId,
    coauthors: [author.documentId, hidden.documentId],
    secretSource: author.documentId,
    categories: [category.documentId],
    seo: { title: `${title} in a search`, note: 'planted-note', shareImage: share, reviewer: author.documentId },
    links: [
      { label: 'one', icon: hero },
      { label: 'two', icon: null },
    ],
    blocks: [
      { __component: 'block.hero', title: `${title}!`, image: hero, cta: { label: 'Read', icon: share } },
      { __component: 'block.quote', text: 'So be it', speakers: [author.documentId] },
    ],
    ...more,
  });
  const first = await articles.create({ data: body('First'), locale: 'en', status: 'published' });
  await articles.update({ documentId: first.documentId, data: body('Premier'), locale: 'fr', status: 'published' });
  const second = await articles.create({
    data: body('Second', { sequels: [first.documentId] }),
    locale: 'en',
    status: 'published',
  });
  await articles.create({ data: body('Never shown'), locale: 'en' });
  await library.strapi.db.query(COMMENT).create({
    data: { documentId: 'comment1', text: 'Well', ip: 'planted-ip', related: [{ __type: ARTICLE, id: first.id }] },
  });
  await library.documents(HOMEPAGE).create({
    data: {
      headline: 'Welcome',
      featured: first.documentId,
      blocks: [{ __component: 'block.hero', title: 'Hi', image: cover }],
    },
    locale: 'en',
    status: 'published',
  });
  return { author, hidden, category, first, second, files: { avatar, cover, share, hero } };
}
