import type { Core } from '@strapi/strapi';
import { handle } from '../handle';
import { isRegistrationOpen } from '../registration-open';

export const overview = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /overview'>(strapi, async ({ rooms }) => {
    const triggers = await rooms.triggers.list();
    return {
      data: {
        ...(await rooms.overview.read()),
        triggers: triggers.filter(({ enabled }) => enabled).length,
        registrationOpen: await isRegistrationOpen(strapi),
      },
    };
  }),

  confirmInstance: handle<'POST /instance/confirm'>(strapi, async ({ rooms, by }) => {
    await rooms.control.confirmInstance(by);
    return { data: { confirmed: true } };
  }),
});
