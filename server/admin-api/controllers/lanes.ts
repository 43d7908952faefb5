import type { Core } from '@strapi/strapi';
import { handle } from '../handle';
import { readId } from '../params';

/** What people do to a lane. The answer tells how the lane stands after it. */
export const lanes = ({ strapi }: { strapi: Core.Strapi }) => ({
  pause: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, pauses: await rooms.control.pause(id, by) } };
  }),

  resume: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, pauses: await rooms.control.resume(id, by) } };
  }),

  sendAnyway: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, pauses: await rooms.control.sendAnyway(id, by) } };
  }),

  confirmDeletions: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, devices: await rooms.control.decideDeletions(id, 'confirm', by) } };
  }),

  dropDeletions: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, devices: await rooms.control.decideDeletions(id, 'drop', by) } };
  }),

  sendNow: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, departure: await rooms.control.sendNow(id, by) } };
  }),

  force: handle(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    return { data: { id, departure: await rooms.control.force(id, by) } };
  }),
});
