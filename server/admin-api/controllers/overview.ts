import type { Core } from '@strapi/strapi';
import { handle } from '../handle';
import { isRegistrationOpen } from '../registration-open';

export const overview = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /overview'>(strapi, async ({ services, may }) => {
    const triggers = await services.triggers.list();
    return {
      data: {
        ...(await services.overview.read(may)),
        triggers: triggers.filter(({ enabled }) => enabled).length,
        registrationOpen: await isRegistrationOpen(strapi),
      },
    };
  }),

  confirmInstance: handle<'POST /instance/confirm'>(strapi, async ({ services, by }) => {
    await services.control.confirmInstance(by);
    return { data: { confirmed: true } };
  }),
});
