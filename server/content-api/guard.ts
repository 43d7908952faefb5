import type { Core } from '@strapi/strapi';
import type { ProvenDevice } from '../devices';
import { bodyFault } from '../http/body';
import { wholeError, type FieldError, type Parsed } from '../http/field-errors';
import { findServices, type Services } from '../services';
import { withoutValues } from '../store/database-error';
import { networksOf } from './address';
import type { ApiContext } from './api-context';
import type { AddressKind, SharedKind } from './limits';

/** A registration is a few hundred bytes; Strapi itself would take a megabyte. */
export const MAX_BODY_BYTES = 4_096;

export type { ApiContext } from './api-context';

/** What a caller says to prove a device. */
export interface Proof {
  id: string;
  secret: string;
}

/** A call that may go on. */
export interface Admitted<Value> {
  services: Services;
  value: Value;
  device: ProvenDevice | null;
  /** Counts work against the address that nothing was counted against yet. @returns 0, or how many seconds to wait */
  admit(): number;
}

/** One route: how it is counted, what it takes and what it does. */
export interface Call<Value> {
  /** As what it counts against its address, unless it proves a device. */
  counts: AddressKind;
  shares: SharedKind | ((value: Value) => SharedKind);
  /** Whether it is a page that a push named: it counts against its address only when it is not ready (`admit`). */
  isPage?(value: Value): boolean;
  parse(ctx: ApiContext): Parsed<Value>;
  /** The device it says to be; null: it says nothing of the kind. */
  proof?(ctx: ApiContext, value: Value): Proof | null;
  /** Answers when the proof fails; without it the call goes on without a device. */
  unproven?(ctx: ApiContext): void;
  handle(ctx: ApiContext, call: Admitted<Value>): Promise<void>;
}

export type Guard = <Value>(call: Call<Value>) => Core.ControllerHandler;

/**
 * What every request passes before its handler. Whatever is not proven by a device's secret counts against its address
 * first, refused bodies and wrong secrets included; what is everyone's is touched last, so that nobody can use it up
 * with calls that are refused. The secret is looked up even for an address over its limit, or a stranger behind the same
 * address could lock a device out; that is one row by its key, less than Strapi itself reads for each call.
 *
 * Whatever the answer is, nobody may keep it, unless the handler says otherwise.
 */
export function createGuard(strapi: Core.Strapi): Guard {
  return (call) => async (context) => {
    const ctx = context as ApiContext;
    ctx.set('Cache-Control', 'no-store');
    const services = findServices(strapi);
    if (!services) return notReady(ctx);
    try {
      await admit(ctx, services, call);
    } catch (error) {
      // Strapi answers 500 and logs it whole.
      throw withoutValues(error);
    }
  };

  async function admit<Value>(ctx: ApiContext, services: Services, call: Call<Value>): Promise<void> {
    const { limits, load, watch } = services.gate;
    const networks = networksOf(watch.see(ctx.request));
    const read = readRequest(ctx, call.parse);
    const proof = read.ok ? call.proof?.(ctx, read.value) : null;
    const device = proof ? await services.devices.prove(proof.id, proof.secret) : null;

    const isPage = read.ok && call.isPage?.(read.value) === true;
    const own = isPage ? 0 : device ? limits.takeDevice(device.publicId) : limits.takeAddress(call.counts, networks);
    if (own > 0) return tooMany(ctx, own);
    if (!read.ok) return read.refuse();
    if (!device && call.unproven) return call.unproven(ctx);

    const shares = typeof call.shares === 'function' ? call.shares(read.value) : call.shares;
    if (shares !== 'write' && load.isOverloaded()) return tooBusy(ctx);
    const shared = limits.takeShared(isPage ? 'page' : shares, networks);
    if (shared > 0) return tooMany(ctx, shared);
    const admit = () => (isPage ? limits.takeAddress(call.counts, networks) : 0);
    await call.handle(ctx, { services, value: read.value, device, admit });
  }
}

/** What a request says, or how it is refused before anybody looks at who sent it. */
type Reading<Value> = { ok: true; value: Value } | { ok: false; refuse(): void };

function readRequest<Value>(ctx: ApiContext, parse: Call<Value>['parse']): Reading<Value> {
  const fault = bodyFault(ctx, { maxBytes: MAX_BODY_BYTES });
  if (fault) return { ok: false, refuse: () => ctx[fault.answer](fault.message, fault.details) };
  const parsed = parse(ctx);
  return parsed.ok ? parsed : { ok: false, refuse: () => badRequest(ctx, parsed.errors) };
}

export function tooMany(ctx: ApiContext, leastSeconds: number): void {
  const waitSeconds = retryAfter(leastSeconds);
  ctx.set('Retry-After', String(waitSeconds));
  const message = `Too many requests. Try again in ${waitSeconds} s.`;
  ctx.tooManyRequests(message, wholeError('too-many-requests', message));
}

/** What waits for the CMS itself, an editor's click, comes before apps that can wait. */
export function tooBusy(ctx: ApiContext): void {
  later(ctx, 'busy', 'The server is busy. Try again in a moment.');
}

/** Nothing that the asker sent is wrong, and it is worth trying again. */
export function later(ctx: ApiContext, code: string, message: string, leastSeconds = BUSY_S): void {
  ctx.set('Retry-After', String(retryAfter(leastSeconds)));
  ctx.serviceUnavailable(message, wholeError(code, message));
}

const notReady = (ctx: ApiContext) => later(ctx, 'not-ready', 'Background push is not ready. Try again in a moment.');

const BUSY_S = 5;

/** In how many seconds to come again: not all at the same moment. */
export function retryAfter(leastSeconds: number): number {
  return leastSeconds + Math.floor(Math.random() * (Math.min(leastSeconds, MOST_JITTER_S) + 1));
}

const MOST_JITTER_S = 10;

/** Names every wrong field. */
export function badRequest(ctx: ApiContext, errors: FieldError[]): void {
  ctx.badRequest(errors[0]?.message ?? 'The request is wrong.', { errors });
}
