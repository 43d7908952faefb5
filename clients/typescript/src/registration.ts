import type { ContentPush } from './content-push.js';
import type { Budget, Requests } from './requests.js';
import { writeText } from './state.js';
import { SyncError } from './sync-error.js';
import type { Clock, Position, Storage } from './types.js';

/** `development` is Apple's word in the entitlement `aps-environment`; it means the server's `sandbox`. */
export type Environment = 'production' | 'sandbox' | 'development';

/** `denied` and `restricted`: iOS wakes the app for no background push at all. */
export type BackgroundRefresh = 'available' | 'denied' | 'restricted';

export interface RegisterOptions {
  /** Hex, as APNs gave it. */
  token: string;
  environment: Environment;
  /** A language tag such as `en-GB`; null: the device hears of every change. */
  locale?: string | null;
  tags?: readonly string[];
  backgroundRefresh?: BackgroundRefresh;
}

/** - `registered`, `updated`: told the server; `unchanged`: it knows; `locked`: what is stored cannot be read now, tell it later */
export type Registered = 'registered' | 'updated' | 'unchanged' | 'locked';

/** What proves the installation, and what the server was told. It outlives an uninstall where it is kept in a keychain. */
interface Credentials {
  id: string;
  secret: string;
  app: string;
  told: {
    token: string;
    environment: Environment;
    locale: string | null;
    tags: string[];
    backgroundRefresh: string | null;
  };
  /** When the server was told, ms. */
  at: number;
}

export interface RegistrationOptions {
  app: string;
  prefix: string;
  requests: Requests;
  storage: Storage;
  clock: Clock;
  position(): Promise<Position | null>;
}

/** A token that is told again is known to be alive. */
const TELL_AGAIN_MS = 7 * 24 * 3_600_000;

export function createRegistration({ app, prefix, requests, storage, clock, position }: RegistrationOptions) {
  /** @returns null: none; 'locked': there may be some */
  async function read(): Promise<Credentials | null | 'locked'> {
    let text: string | null;
    try {
      text = await storage.read();
    } catch {
      return 'locked';
    }
    try {
      const known = JSON.parse(text ?? 'null') as Credentials | null;
      return known && typeof known.id === 'string' && typeof known.secret === 'string' ? known : null;
    } catch {
      return null;
    }
  }

  const write = (credentials: Credentials | null) =>
    writeText(storage, credentials === null ? null : JSON.stringify(credentials));

  const pathOf = ({ id }: Pick<Credentials, 'id'>) => `${prefix}/devices/${encodeURIComponent(id)}`;
  const proofOf = ({ secret }: Pick<Credentials, 'secret'>) => ({ 'x-device-secret': secret });

  async function post(told: Credentials['told'], known: Credentials | null, budget: Budget): Promise<void> {
    const at = await position().catch(() => null);
    const { locale, backgroundRefresh, ...rest } = told;
    const body = JSON.stringify({
      ...(known ? { id: known.id } : {}),
      app,
      ...rest,
      ...(locale === null ? {} : { locale }),
      ...(backgroundRefresh === null ? {} : { backgroundRefresh }),
      ...(at ? { epoch: at.epoch, rev: at.rev } : {}),
    });
    const headers = known ? proofOf(known) : {};
    const answer = await requests.send({ method: 'POST', path: `${prefix}/devices`, body, headers }, budget);
    const { id, secret } = ((answer ?? {}) as { data?: Partial<Credentials> }).data ?? {};
    if (typeof id !== 'string' || typeof secret !== 'string')
      throw new SyncError('unreadable', 'The registration was answered without an id and a secret.');
    await write({ id, secret, app, told, at: clock.now() });
  }

  async function register(options: RegisterOptions, budget: Budget): Promise<Registered> {
    const { token, environment, locale = null, tags = [], backgroundRefresh = null } = options;
    const told = { token: token.toLowerCase(), environment, locale, tags: [...tags].sort(), backgroundRefresh };
    const known = await read();
    if (known === 'locked') return 'locked';
    if (!known || known.app !== app) {
      await post(told, null, budget);
      return 'registered';
    }
    if (known.told.environment !== environment) {
      await post(told, known, budget);
      return 'registered';
    }
    const isOld = clock.now() - known.at >= TELL_AGAIN_MS || clock.now() < known.at;
    if (!isOld && JSON.stringify(known.told) === JSON.stringify(told)) return 'unchanged';
    const { environment: _fixed, backgroundRefresh: refresh, ...changed } = told;
    const body = JSON.stringify({ ...changed, ...(refresh === null ? {} : { backgroundRefresh: refresh }) });
    try {
      await requests.send({ method: 'PUT', path: pathOf(known), body, headers: proofOf(known) }, budget);
    } catch (error) {
      if (!isGone(error)) throw error;
      await post(told, null, budget);
      return 'registered';
    }
    await write({ ...known, told, at: clock.now() });
    return 'updated';
  }

  /** One after the other: a launch and a new token at once would register twice. */
  let last: Promise<unknown> = Promise.resolve();

  return {
    register(options: RegisterOptions, budget: Budget): Promise<Registered> {
      const mine = last.then(() => register(options, budget));
      last = mine.catch(() => undefined);
      return mine;
    },

    /** Nothing is thrown: what is not said now is said with the next push. */
    async report(push: ContentPush, held: Position, budget: Budget): Promise<void> {
      const known = await read();
      if (known === 'locked' || known === null || !isAsked(known.id, push.report)) return;
      const body = JSON.stringify({
        epoch: held.epoch,
        rev: held.rev,
        wokenBy: push.rev,
        ...(known.told.backgroundRefresh === null ? {} : { backgroundRefresh: known.told.backgroundRefresh }),
      });
      const once = { ...budget, canWait: false };
      await requests
        .send({ method: 'PUT', path: pathOf(known), body, headers: proofOf(known) }, once)
        .catch(() => undefined);
    },

    /** The server forgets the device. @throws SyncError, of kind `storage` where its secret cannot be read now */
    async unregister(budget: Budget): Promise<void> {
      const known = await read();
      if (known === 'locked') throw new SyncError('storage', 'The registration cannot be read now.');
      if (known === null) return;
      try {
        await requests.send({ method: 'DELETE', path: pathOf(known), headers: proofOf(known) }, budget);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
      await write(null);
    },
  };
}

const isGone = (error: unknown): boolean => error instanceof SyncError && error.status === 404;

/** The server counts by the same rule: ids are random, and the sample is those that begin low enough. */
export const isAsked = (id: string, share: number): boolean =>
  share >= 1 || Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 < share;
