import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { MAX_TEST_NAME_LENGTH } from '../contract';
import { isPublicId } from '../../devices';
import { ofText } from '../../http/lengths';
import { isName, nameRule } from '../../name-rule';
import { PLUGIN_ID } from '../../services';
import { UserError } from '../../user-error';
import { handle } from '../handle';
import { parse } from '../invalid-request';
import { pagination, readLane, readPage } from '../params';

const SEARCH = z.object({
  test: z.enum(['true'], { error: 'must be true, or absent.' }).optional(),
  search: z.string({ error: 'must be a text.' }).max(64, ofText('must have at most 64 characters.')).optional(),
});

const MARK = z.strictObject({
  name: z
    .string({ error: 'must be a text, or null.' })
    .trim()
    .refine((name) => isName(name, MAX_TEST_NAME_LENGTH), `must be ${nameRule(MAX_TEST_NAME_LENGTH)}.`)
    .nullable(),
});

export const devices = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /devices'>(strapi, async ({ services, query }) => {
    const page = readPage(query);
    const { search, test } = parse(SEARCH, query);
    const laneId = readLane(query);
    const { devices: data, total } = await services.devices.list({ ...page, laneId, search, test: test === 'true' });
    return { data, meta: { ...pagination(page, total), path: registrationPath(strapi) } };
  }),

  findOne: handle<'GET /devices/:id'>(strapi, async ({ services, params }) => ({
    data: (await services.overview.device(readPublicId(params.id))) ?? unknownDevice(),
  })),

  delete: handle<'DELETE /devices/:id'>(strapi, async ({ services, params, by }) => {
    const id = readPublicId(params.id);
    if (!(await services.devices.removeByAdmin(id, by))) unknownDevice();
    return { data: { id } };
  }),

  mark: handle<'PUT /devices/:id/test-device'>(strapi, async ({ services, params, body, by }) => {
    const id = readPublicId(params.id);
    const { name } = parse(MARK, body);
    if (!(await services.devices.markAsTest(id, name, by))) unknownDevice();
    return { data: { id, testName: name } };
  }),

  test: handle<'POST /devices/:id/test'>(strapi, async ({ services, params, by }) => ({
    data: await services.control.sendTest(readPublicId(params.id), by),
  })),
});

/** Where apps register: a project may move its REST API away from `/api`, and all of Strapi below a path of its proxy. */
function registrationPath(strapi: Core.Strapi): string {
  const below = new URL(strapi.config.get<string>('server.absoluteUrl')).pathname.replace(/\/$/, '');
  return `${below}${strapi.config.get('api.rest.prefix', '/api')}/${PLUGIN_ID}/devices`;
}

function readPublicId(text: string): string {
  return isPublicId(text) ? text : unknownDevice();
}

function unknownDevice(): never {
  throw new UserError(404, 'There is no such device.');
}
