import { ENVIRONMENTS, type Environment } from './contract';
import { z } from '@strapi/utils';
import { UserError } from '../user-error';
import { parse } from './invalid-request';

/** Nine digits are more lanes than there will be, and fewer than a database's integer holds. */
const ID = /^[1-9]\d{0,8}$/;

/** @throws UserError 404: no row has such an id */
export function readId(text: string): number {
  if (!ID.test(text)) throw new UserError(404, 'There is nothing with this id.');
  return Number(text);
}

/** @throws UserError 404 */
export function readEnvironment(text: string): Environment {
  const environment = ENVIRONMENTS.find((known) => known === text);
  if (!environment) throw new UserError(404, `An app has the environments ${ENVIRONMENTS.join(' and ')}.`);
  return environment;
}

const MAX_PAGE_SIZE = 100;

const wholeNumber = (max: number, otherwise: number) =>
  z.coerce
    .number({ error: 'must be a number.' })
    .int(`must be a whole number.`)
    .min(1, 'must be at least 1.')
    .max(max, `must be at most ${max}.`)
    .default(otherwise);

/** Query parameters of a list. Those that are not named here are left to whoever added them. */
const PAGE = z.object({ page: wholeNumber(1_000_000, 1), pageSize: wholeNumber(MAX_PAGE_SIZE, 20) });
const LANE = z.object({
  lane: z
    .string({ error: 'must be the id of a lane.' })
    .regex(ID, 'must be the id of a lane.')
    .transform(Number)
    .optional(),
});

export interface PageQuery {
  page: number;
  pageSize: number;
}

/** @throws InvalidRequest */
export function readPage(query: Record<string, unknown>): PageQuery {
  return parse(PAGE, query);
}

/** @throws InvalidRequest */
export function readLane(query: Record<string, unknown>): number | undefined {
  return parse(LANE, query).lane;
}

/** `meta.pagination` of a list, as Strapi's own lists have it. */
export function pagination({ page, pageSize }: PageQuery, total: number) {
  return { pagination: { page, pageSize, pageCount: Math.ceil(total / pageSize), total } };
}
