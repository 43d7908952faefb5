import type { Core } from '@strapi/strapi';
import { badRequest, type ApiContext, type Guard, type Proof } from './guard';
import { fieldError, parseDeviceChanges, parseRegistration } from './parse';

const SECRET_HEADER = 'x-device-secret';

/** Unknown device and wrong secret read the same. */
const NO_SUCH_DEVICE = `There is no device with this id and this secret (header ${SECRET_HEADER}). Register it again.`;

export function createDeviceController(guard: Guard): Core.Controller {
  /** What only the device itself may do. */
  const own = {
    counts: 'failure',
    shares: 'write',
    proof: (ctx: ApiContext): Proof => ({ id: ctx.params.id ?? '', secret: ctx.get(SECRET_HEADER) }),
    unproven: (ctx: ApiContext) => ctx.notFound(NO_SUCH_DEVICE),
  } as const;

  return {
    /** POST /devices */
    register: guard({
      counts: 'registration',
      shares: 'write',
      parse: (ctx) => parseRegistration(bodyOf(ctx)),
      async handle(ctx, { rooms, value }) {
        const result = await rooms.devices.register(value);
        if (result.kind === 'refused') return badRequest(ctx, [fieldError(result.field, result.message)]);
        const { id, secret, epoch, rev } = result;
        ctx.status = 201;
        ctx.body = { data: { id, secret, epoch, rev } };
      },
    }),

    /** PUT /devices/:id */
    update: guard({
      ...own,
      parse: (ctx) => parseDeviceChanges(bodyOf(ctx)),
      async handle(ctx, { rooms, value, device }) {
        const updated = device && (await rooms.devices.update(device, value));
        if (!updated) return own.unproven(ctx);
        ctx.status = 200;
        ctx.body = { data: updated };
      },
    }),

    /** DELETE /devices/:id */
    delete: guard({
      ...own,
      parse: () => ({ ok: true, value: null }),
      async handle(ctx, { rooms, device }) {
        if (!device || !(await rooms.devices.remove(device))) return own.unproven(ctx);
        ctx.status = 204;
      },
    }),
  };
}

/** Without a body Strapi has undefined or an empty text; to its fields that is the same as an empty object. */
function bodyOf(ctx: ApiContext): unknown {
  const body: unknown = ctx.request.body;
  return body === undefined || body === '' ? {} : body;
}
