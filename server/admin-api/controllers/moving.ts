import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { MAX_ERASED } from '../contract';
import { isPublicId, normalizeToken } from '../../devices';
import { ofList } from '../../http/lengths';
import { handle, handleFile } from '../handle';
import { InvalidRequest, parse } from '../invalid-request';
import { readLane } from '../params';
import { fieldError } from '../../http/field-errors';

/** So many of the longest tokens, with room for JSON. */
const MAX_BODY_BYTES = MAX_ERASED * 600;

const RANGE = `must name 1 to ${MAX_ERASED} devices.`;
const some = (each: z.ZodString) =>
  z.array(each, { error: 'must be a list of texts.' }).min(1, ofList(RANGE)).max(MAX_ERASED, ofList(RANGE));

const WHICH = z.strictObject({
  ids: some(
    z.string({ error: 'must be the id of a device.' }).refine(isPublicId, 'must be the id of a device.'),
  ).optional(),
  tokens: some(
    z
      .string({ error: 'must be a device token as hex.' })
      .refine((text) => normalizeToken(text) !== null, 'must be a device token as hex.'),
  ).optional(),
});

export const moving = ({ strapi }: { strapi: Core.Strapi }) => ({
  export: handleFile(strapi, async ({ services, query, by }) => ({
    name: 'devices.ndjson',
    type: 'application/x-ndjson',
    pieces: await services.devices.export({ laneId: readLane(query), by }),
  })),

  erase: handle<'POST /devices/erase'>(
    strapi,
    async ({ services, body, by }) => ({ data: { erased: await services.devices.erase(readWhich(body), by) } }),
    { maxBytes: MAX_BODY_BYTES },
  ),
});

function readWhich(body: unknown) {
  const { ids, tokens } = parse(WHICH, body);
  if (ids && !tokens) return { ids };
  if (tokens && !ids) return { tokens: tokens.map((token) => normalizeToken(token) as string) };
  throw new InvalidRequest([fieldError(['ids'], 'Name devices either by "ids" or by "tokens".')]);
}
