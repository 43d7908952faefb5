import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { handle } from '../handle';
import { parse } from '../invalid-request';
import { readEnvironment, readId } from '../params';

const text = z.string({ error: 'must be a text.' });

const CREDENTIAL = z.strictObject({ keyId: text, teamId: text, key: text });

export const credentials = ({ strapi }: { strapi: Core.Strapi }) => ({
  update: handle<'PUT /apps/:id/lanes/:environment/credential'>(strapi, async ({ services, params, body, by }) => ({
    data: await services.apps.setCredential(
      readId(params.id),
      readEnvironment(params.environment),
      parse(CREDENTIAL, body),
      by,
    ),
  })),

  delete: handle<'DELETE /apps/:id/lanes/:environment/credential'>(strapi, async ({ services, params, by }) => ({
    data: await services.apps.clearCredential(readId(params.id), readEnvironment(params.environment), by),
  })),

  check: handle<'POST /apps/:id/lanes/:environment/check'>(strapi, async ({ services, params }) => ({
    data: await services.apps.check(readId(params.id), readEnvironment(params.environment)),
  })),
});
