import type { Core } from '@strapi/strapi';
import type { DeviceAnswer, RegistrationAnswer } from './answers';
import { badRequest, later, tooBusy, type ApiContext, type Guard, type Proof } from './guard';
import { fieldError, wholeError, type Parsed } from '../http/field-errors';
import { parseDevice, type ParsedDevice, parseRegistration, type ParsedRegistration } from './parse';

/** A full table is made room in by people, or by retention once a day. */
const FULL_S = 3_600;
const SECRET_HEADER = 'x-device-secret';

/** Unknown device and wrong secret read the same. */
const NO_SUCH_DEVICE = `There is no device with this id and this secret (header ${SECRET_HEADER}). Register it again.`;

export function createDeviceController(guard: Guard): Core.Controller {
  /** What only the device itself may do. */
  const own = {
    counts: 'failure',
    shares: 'write',
    proof: (ctx: ApiContext): Proof => ({ id: ctx.params.id ?? '', secret: ctx.get(SECRET_HEADER) }),
    unproven: (ctx: ApiContext) => ctx.notFound(NO_SUCH_DEVICE, wholeError('unknown-device', NO_SUCH_DEVICE)),
  } as const;

  return {
    /** POST /devices */
    register: guard({
      counts: 'registration',
      shares: 'write',
      parse: parseRegistrationOf,
      proof: (ctx, { replaces }) => (replaces === null ? null : { id: replaces, secret: ctx.get(SECRET_HEADER) }),
      async handle(ctx, { services, value, device }) {
        const result = await services.devices.register(value.registration, device, value.report);
        if (result.kind === 'full') return later(ctx, result.code, result.message, FULL_S);
        if (result.kind === 'refused')
          return badRequest(ctx, [fieldError([result.field], result.message, result.code)]);
        const { id, secret, epoch, rev } = result;
        ctx.status = 201;
        ctx.body = { data: { id, secret, epoch, rev } } satisfies RegistrationAnswer;
      },
    }),

    /** PUT /devices/:id */
    update: guard({
      ...own,
      shares: ({ changes, report }: ParsedDevice) => (isEmpty(report) || !isEmpty(changes) ? 'write' : 'report'),
      parse: (ctx) => parseDevice(bodyOf(ctx)),
      async handle(ctx, { services, value: { changes, report }, device }) {
        if (!device) return own.unproven(ctx);
        const onlyReports = !isEmpty(report) && isEmpty(changes);
        const updated = await (onlyReports
          ? services.devices.position(device)
          : services.devices.update(device, changes));
        if (!updated) return own.unproven(ctx);
        // Last, so that it is of the installation that the row is of now.
        if (!isEmpty(report) && !services.reports.add(device, report)) return tooBusy(ctx);
        ctx.status = 200;
        ctx.body = { data: updated } satisfies DeviceAnswer;
      },
    }),

    /** DELETE /devices/:id */
    delete: guard({
      ...own,
      parse: () => ({ ok: true, value: null }),
      async handle(ctx, { services, device }) {
        if (!device || !(await services.devices.remove(device))) return own.unproven(ctx);
        ctx.status = 204;
      },
    }),
  };
}

/**
 * An id without its secret would silently leave the earlier registration beside the new one. A wrong secret, or an id
 * that is gone, makes it a first registration: the answer does not tell which.
 */
function parseRegistrationOf(ctx: ApiContext): Parsed<ParsedRegistration> {
  const parsed = parseRegistration(bodyOf(ctx));
  if (!parsed.ok || parsed.value.replaces === null || ctx.get(SECRET_HEADER) !== '') return parsed;
  return {
    ok: false,
    errors: [fieldError(['id'], `id must be sent with the header ${SECRET_HEADER}, its secret.`, 'secret-missing')],
  };
}

const isEmpty = (value: object) => Object.keys(value).length === 0;

/** Without a body Strapi has undefined or an empty text; to its fields that is the same as an empty object. */
function bodyOf(ctx: ApiContext): unknown {
  const body: unknown = ctx.request.body;
  return body === undefined || body === '' ? {} : body;
}
