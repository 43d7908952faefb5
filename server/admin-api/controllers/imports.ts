import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { MAX_CHUNK_BYTES } from '../contract';
import { ofText } from '../../http/lengths';
import { handle } from '../handle';
import { parse } from '../invalid-request';
import { pagination, readId, readPage } from '../params';

/** What a JSON text may need for the largest chunk, most of whose signs are quotation marks. */
const MAX_BODY_BYTES = 3 * MAX_CHUNK_BYTES;

const byteCount = z
  .int({ error: 'must be a whole number of bytes.' })
  .min(0, 'must not be negative.')
  .max(2 ** 50, 'must be the size of a file.');

const FILE = z.strictObject({
  name: z
    .string({ error: "must be the file's name." })
    .min(1, ofText("must be the file's name."))
    .max(255, ofText('must have at most 255 characters.'))
    // PostgreSQL cannot store a NUL, and no database a half of a pair of surrogates.
    .transform((name) => name.replace(/\p{C}/gu, '')),
  size: byteCount.min(1, 'must be at least 1: the file is empty.'),
  mark: z.string({ error: "must be a hash of the file's beginning." }).regex(/^[0-9a-f]{16,64}$/, {
    error: "must be a hash of the file's beginning: 16 to 64 hex digits.",
  }),
});

const CHUNK = z.strictObject({
  offset: byteCount,
  bytes: byteCount.min(1, 'must be at least 1.'),
  text: z
    .string({ error: 'must be whole lines of the file.' })
    .refine((text) => Buffer.byteLength(text) <= MAX_CHUNK_BYTES, {
      error: `must be at most ${MAX_CHUNK_BYTES} bytes.`,
    }),
});

export const imports = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /imports'>(strapi, async ({ services, query }) => {
    const page = readPage(query);
    const { imports: data, total } = await services.imports.page(page);
    return { data, meta: pagination(page, total) };
  }),

  create: handle<'POST /imports'>(strapi, async ({ services, body, by }) => ({
    data: await services.imports.start({ ...parse(FILE, body), by }),
  })),

  findOne: handle<'GET /imports/:id'>(strapi, async ({ services, params, query }) => {
    const page = readPage(query);
    const found = await services.imports.find(readId(params.id));
    const { refusedLines, total } = await services.imports.refusedLines(found.id, page);
    return { data: { ...found, refusedLines }, meta: pagination(page, total) };
  }),

  lines: handle<'POST /imports/:id/lines'>(
    strapi,
    async ({ services, params, body }) => ({
      data: await services.imports.take(readId(params.id), parse(CHUNK, body)),
    }),
    { maxBytes: MAX_BODY_BYTES },
  ),
});
