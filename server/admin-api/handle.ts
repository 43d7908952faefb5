import { Readable } from 'node:stream';
import type { Core } from '@strapi/strapi';
import type { AdminRoute, Answers, Metas } from './contract';
import type { MayRead } from '../entries';
import { bodyFault, type BodyContext } from '../http/body';
import { fieldError, type FieldError } from '../http/field-errors';
import { findServices, type Services } from '../services';
import { withoutValues } from '../store/database-error';
import { isUserError } from '../user-error';
import { administratorName, type Administrator } from './administrator-name';
import { InvalidRequest } from './invalid-request';

/** A request as the actions of the admin API see it. */
export interface AdminRequest {
  services: Services;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  /** Who asks, as people read it; see `administratorName`. */
  by: string;
  /** What of entries they may read in the Content Manager: for `services.titles`. */
  may: MayRead;
}

export type Answer<R extends AdminRoute> = {
  data: Answers[R];
  /** 200 unless told. */
  status?: 201;
} & (R extends keyof Metas ? { meta: Metas[R] } : { meta?: undefined });

/** What of Koa's context, with the methods that Strapi adds to it, is used here. */
interface Context extends BodyContext {
  params: Record<string, string>;
  query: Record<string, unknown>;
  state: { user?: Administrator; userAbility?: unknown };
  status: number;
  type: string;
  body: unknown;
  set(header: string, value: string): void;
  badRequest(message: string, details?: object): void;
  notFound(message: string, details?: object): void;
  conflict(message: string, details?: object): void;
  payloadTooLarge(message: string, details?: object): void;
  unsupportedMediaType(message: string, details?: object): void;
  serviceUnavailable(message: string): void;
}

/** A key and the largest custom keys fit many times. What takes more says so itself. */
export const MAX_BODY_BYTES = 16_384;
/** Custom keys, the deepest there is, begin at 2. */
const MAX_BODY_DEPTH = 64;

/**
 * Makes a controller's action of a function that only says what to answer. What a person did wrong becomes a 4xx with
 * the field's name; anything else that is thrown is Strapi's to answer with 500.
 *
 * The answers go through Koa's context, not through Strapi's error classes: those are recognised by identity, which
 * fails where the plugin has its own copy of them.
 */
export function handle<R extends AdminRoute>(
  strapi: Core.Strapi,
  act: (request: AdminRequest) => Promise<Answer<R>>,
  { maxBytes = MAX_BODY_BYTES }: { maxBytes?: number } = {},
) {
  return answering(strapi, maxBytes, async (ctx, request) => {
    const { status = 200, ...answer } = await act(request);
    ctx.status = status;
    ctx.body = answer;
  });
}

/** A file that is read while it is sent. It breaks off where reading it fails. */
export function handleFile(
  strapi: Core.Strapi,
  act: (request: AdminRequest) => Promise<{ name: string; type: string; pieces: AsyncIterable<string> }>,
) {
  return answering(strapi, MAX_BODY_BYTES, async (ctx, request) => {
    const { name, type, pieces } = await act(request);
    ctx.set('content-disposition', `attachment; filename="${name}"`);
    ctx.set('cache-control', 'no-store');
    ctx.type = type;
    ctx.status = 200;
    ctx.body = Readable.from(pieces, { highWaterMark: 1 });
  });
}

function answering(
  strapi: Core.Strapi,
  maxBytes: number,
  answer: (ctx: Context, request: AdminRequest) => Promise<void>,
) {
  return async (context: unknown): Promise<void> => {
    const ctx = context as Context;
    const fault = bodyFault(ctx, { maxBytes, maxDepth: MAX_BODY_DEPTH });
    if (fault) {
      ctx[fault.answer](fault.message, fault.details);
      return;
    }
    const services = findServices(strapi);
    if (!services) {
      ctx.serviceUnavailable('Background push is not ready: Strapi is still starting, or the plugin failed to start.');
      return;
    }
    const { params, query } = ctx;
    const { body = {} } = ctx.request;
    try {
      await answer(ctx, {
        services,
        params,
        query,
        body,
        by: administratorName(ctx.state.user),
        may: services.titles.readerOf(ctx.state.userAbility),
      });
    } catch (error) {
      refuse(ctx, error);
    }
  };
}

function refuse(ctx: Context, error: unknown): void {
  if (error instanceof InvalidRequest) {
    ctx.badRequest(error.message, { errors: error.errors });
    return;
  }
  if (!isUserError(error)) throw withoutValues(error);
  const { status, message, field, details } = error;
  const errors: FieldError[] = field === undefined ? [] : [fieldError([field], message)];
  if (status === 404) ctx.notFound(message, { ...details, errors });
  else if (status === 409) ctx.conflict(message, { ...details, errors });
  else ctx.badRequest(message, { ...details, errors });
}
