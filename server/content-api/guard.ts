import type { Core } from '@strapi/strapi';
import { isPublicId } from '../devices';
import { getRooms, NotReady, type Rooms } from '../rooms';
import { withoutValues } from '../store/database-error';
import { limitKeyOf } from './address';
import { createLimits, type Limits, type RequestKind, type Requester } from './limits';
import type { FieldError } from './parse';

/** A registration is a few hundred bytes; Strapi itself would take a megabyte. */
export const MAX_BODY_BYTES = 4_096;

/** Strapi's answers by name, which its types leave open. */
interface StrapiAnswers {
  badRequest(message: string, details?: { errors: FieldError[] }): void;
  notFound(message: string): void;
  payloadTooLarge(message: string): void;
  unsupportedMediaType(message: string): void;
  tooManyRequests(message: string): void;
  serviceUnavailable(message: string): void;
  params: Record<string, string>;
}

export type ApiContext = Parameters<Core.ControllerHandler>[0] & StrapiAnswers;

export interface Admitted {
  rooms: Rooms;
  limits: Limits;
  requester: Requester;
}

export type Guard = (
  kind: RequestKind,
  handle: (ctx: ApiContext, admitted: Admitted) => Promise<void>,
) => Core.ControllerHandler;

/**
 * What every request passes before its handler: the plugin stands, the limits have room, the body is small and JSON.
 * Whatever the answer is, nobody may keep it, unless the handler says otherwise.
 */
export function createGuard(strapi: Core.Strapi): Guard {
  // Made at the first request: the configuration is known only after the plugin's bootstrap.
  let limits: Limits | undefined;
  return (kind, handle) => async (context) => {
    const ctx = context as ApiContext;
    ctx.set('Cache-Control', 'no-store');
    const rooms = findRooms(strapi);
    if (!rooms) return ctx.serviceUnavailable('Background push is not ready. Try again in a moment.');

    limits ??= createLimits(rooms.config.registration);
    const requester = requesterOf(ctx);
    const waitSeconds = await limits.take(kind, requester);
    if (waitSeconds > 0) {
      ctx.set('Retry-After', String(waitSeconds));
      return ctx.tooManyRequests(`Too many requests. Try again in ${waitSeconds} s.`);
    }

    if (bodyBytes(ctx) > MAX_BODY_BYTES) {
      return ctx.payloadTooLarge(`The body must be at most ${MAX_BODY_BYTES} bytes.`);
    }
    // `false`: there is a body, and it is something else. A length of 0 would count as one.
    if (ctx.request.length !== 0 && ctx.is('json') === false) {
      return ctx.unsupportedMediaType('Send the body as JSON, with the header content-type: application/json.');
    }
    try {
      await handle(ctx, { rooms, limits, requester });
    } catch (error) {
      // Strapi answers 500 and logs it whole.
      throw withoutValues(error);
    }
  };
}

function findRooms(strapi: Core.Strapi): Rooms | undefined {
  try {
    return getRooms(strapi);
  } catch (error) {
    if (error instanceof NotReady) return undefined;
    throw error;
  }
}

function requesterOf(ctx: ApiContext): Requester {
  const id = ctx.params.id;
  return {
    address: limitKeyOf(ctx.request.ip),
    ...(id !== undefined && isPublicId(id) ? { deviceId: id } : {}),
  };
}

/** What the header says and what was read: a chunked body has no length in its header. */
function bodyBytes(ctx: ApiContext): number {
  const body: unknown = ctx.request.body;
  const read = body === undefined ? 0 : Buffer.byteLength(JSON.stringify(body) ?? '');
  return Math.max(ctx.request.length ?? 0, read);
}
