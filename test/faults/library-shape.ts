import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Model } from '../../server/content';
import type { Populate } from '../../server/content/strapi-content';
import { defaultPopulate } from '../../server/content/default-query';
import { ARTICLE, AUTHOR, CATEGORY, HOMEPAGE } from '../integration/content/library';
import type { Asked } from '../integration/content/rest';
import { LIBRARY, type TestApp } from '../integration/test-app';

/** What the content types of a library look like, and what is asked of each. */
export interface Shape {
  content: Asked['content'];
  /** Populates by content type; null: what Strapi is asked for by default. */
  types: Readonly<Record<string, Populate | null>>;
}

interface Schema {
  options?: { draftAndPublish?: boolean };
  pluginOptions?: { i18n?: { localized: boolean } };
  attributes: Record<string, { type: string; private?: boolean } & Record<string, unknown>>;
}

/** Beside what an entry holds by default: others' fields, so that others' edits show. */
export const SHOWN = {
  author: { populate: { avatar: true, mentor: { fields: ['name'] } } },
  coauthors: { fields: ['name'] },
  categories: { fields: ['name'] },
} as const;

const schemaFile = (type: string) => path.join('src/api', type, 'content-types', type, 'schema.json');
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Schema;

/** Reads what a library's files say of its content types. */
export function shapeOf({ dir }: TestApp): Shape {
  const models = new Map<string, Model & Schema>();
  for (const type of readdirSync(path.join(dir, 'src/api'))) {
    const uid = `api::${type}.${type}`;
    models.set(uid, { uid, ...read(path.join(dir, schemaFile(type))) });
  }
  for (const category of readdirSync(path.join(dir, 'src/components'))) {
    for (const file of readdirSync(path.join(dir, 'src/components', category))) {
      const uid = `${category}.${path.parse(file).name}`;
      models.set(uid, { uid, ...read(path.join(dir, 'src/components', category, file)) });
    }
  }
  const content: Shape['content'] = {
    model: (uid) => models.get(uid),
    isPrivate: ({ uid }, attribute) => models.get(uid)?.attributes[attribute]?.private === true,
  };
  const populate = { ...defaultPopulate(content, ARTICLE), ...SHOWN };
  return { content, types: { [ARTICLE]: populate, [AUTHOR]: null, [CATEGORY]: null, [HOMEPAGE]: null } };
}

/** A copy of the library, to be changed. */
export interface LibraryCopy extends TestApp {
  change(type: string, change: (schema: Schema) => void): void;
  remove(): void;
}

export function copyLibrary(): LibraryCopy {
  mkdirSync(LIBRARY.tmpDir, { recursive: true });
  const dir = mkdtempSync(path.join(LIBRARY.tmpDir, 'copy-'));
  for (const source of ['config', 'src', 'package.json', 'favicon.png']) {
    cpSync(path.join(LIBRARY.dir, source), path.join(dir, source), { recursive: true });
  }
  // They name the test app by where they lie.
  for (const file of [...readdirSync(path.join(dir, 'config')).map((name) => `config/${name}`), 'src/index.js']) {
    const text = readFileSync(path.join(dir, file), 'utf8');
    writeFileSync(
      path.join(dir, file),
      text.replace(/'(\.\.\/\.\.\/app\/[^']+)'/g, (_, place: string) =>
        JSON.stringify(path.join(LIBRARY.dir, path.dirname(file), place)),
      ),
    );
  }
  return {
    ...LIBRARY,
    dir,
    distDir: dir,
    change(type, change) {
      const file = path.join(dir, schemaFile(type));
      const schema = read(file);
      change(schema);
      writeFileSync(file, JSON.stringify(schema, null, 2));
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
