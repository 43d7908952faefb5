import type { Core } from '@strapi/strapi';
import type { ApiContext, Guard } from './guard';
import { fieldError, parseDeviceChanges, parseRegistration, type FieldError } from './parse';

const SECRET_HEADER = 'x-device-secret';

/** Unknown device and wrong secret read the same. */
const NO_SUCH_DEVICE = `There is no device with this id and this secret (header ${SECRET_HEADER}). Register it again.`;

export function createDeviceController(guard: Guard): Core.Controller {
  return {
    /** POST /devices */
    register: guard('register', async (ctx, { rooms }) => {
      const body = parseRegistration(bodyOf(ctx));
      if (!body.ok) return refuse(ctx, body.errors);
      const result = await rooms.devices.register(body.value);
      if (result.kind === 'refused') return refuse(ctx, [fieldError(result.field, result.message)]);
      const { id, secret, epoch, rev } = result;
      ctx.status = 201;
      ctx.body = { data: { id, secret, epoch, rev } };
    }),

    /** PUT /devices/:id */
    update: guard('update', async (ctx, { rooms, limits, requester }) => {
      const body = parseDeviceChanges(bodyOf(ctx));
      if (!body.ok) return refuse(ctx, body.errors);
      const updated = await rooms.devices.update(ctx.params.id, ctx.get(SECRET_HEADER), body.value);
      if (!updated) {
        await limits.countFailedUpdate(requester);
        return ctx.notFound(NO_SUCH_DEVICE);
      }
      ctx.status = 200;
      ctx.body = { data: updated };
    }),

    /** DELETE /devices/:id */
    delete: guard('remove', async (ctx, { rooms }) => {
      const removed = await rooms.devices.remove(ctx.params.id, ctx.get(SECRET_HEADER));
      if (!removed) return ctx.notFound(NO_SUCH_DEVICE);
      ctx.status = 204;
    }),
  };
}

/** Without a body Strapi has undefined or an empty text; to its fields that is the same as an empty object. */
function bodyOf(ctx: ApiContext): unknown {
  const body: unknown = ctx.request.body;
  return body === undefined || body === '' ? {} : body;
}

function refuse(ctx: ApiContext, errors: FieldError[]): void {
  ctx.badRequest(errors[0]?.message ?? 'The request is wrong.', { errors });
}
