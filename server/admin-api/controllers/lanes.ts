import type { Core } from '@strapi/strapi';
import { handle } from '../handle';
import { readId } from '../params';

/** What people do to a lane. The answer tells how the lane stands after it. */
export const lanes = ({ strapi }: { strapi: Core.Strapi }) => ({
  pause: handle<'POST /lanes/:id/pause'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, pauses: await services.control.pause(id, by) } };
  }),

  resume: handle<'POST /lanes/:id/resume'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, pauses: await services.control.resume(id, by) } };
  }),

  sendAnyway: handle<'POST /lanes/:id/send-anyway'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, pauses: await services.control.sendAnyway(id, by) } };
  }),

  confirmDeletions: handle<'POST /lanes/:id/deletions/confirm'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, devices: await services.control.decideDeletions(id, 'confirm', by) } };
  }),

  dropDeletions: handle<'POST /lanes/:id/deletions/drop'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, devices: await services.control.decideDeletions(id, 'drop', by) } };
  }),

  sendNow: handle<'POST /lanes/:id/send-now'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, departure: await services.control.sendNow(id, by) } };
  }),

  force: handle<'POST /lanes/:id/force'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    return { data: { id, departure: await services.control.force(id, by) } };
  }),

  test: handle<'POST /lanes/:id/test'>(strapi, async ({ services, params, by }) => ({
    data: await services.control.sendTests(readId(params.id), by),
  })),

  testAnswers: handle<'GET /lanes/:id/test-answers'>(strapi, async ({ services, params }) => ({
    data: await services.control.testAnswers(readId(params.id)),
  })),
});
