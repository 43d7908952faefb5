import { parseConfig } from '../../../server/config';
import { createSigningKey, startSimulator, type Simulator } from '../../simulator';
import { callStrapi, type AdminSession } from '../admin-session';
import type { BootOptions } from '../boot-environment';
import { bootStrapi, type BootedStrapi } from '../strapi';

export const PINNED = 'com.example.pinned';
export const KEY_ID = 'ABCDEFGHIJ';
export const TEAM_ID = 'TEAM123456';

/** One key for the configuration, one for the panel; the simulators know both by the same id. */
export const signingKey = createSigningKey();
export const entered = { keyId: KEY_ID, teamId: TEAM_ID, key: signingKey.privateKeyPem };

export interface AnswerOf<T = unknown> {
  status: number;
  body: { data: T; meta?: unknown; error?: { status: number; name: string; message: string; details?: unknown } };
  text: string;
}

/** A Strapi with one pinned app and its trigger, an APNs to ask, and everything that the admin API ever answered. */
export interface AdminScene {
  booted: BootedStrapi;
  simulator: Simulator;
  /** Every answer so far, as text: a key must be in none. */
  answers: string[];
  /** @param path below `/background-push` */
  call<T>(method: string, path: string, body?: unknown, token?: string): Promise<AnswerOf<T>>;
  superAdmin: AdminSession;
  stop(): Promise<void>;
}

export interface AdminSceneOptions extends Pick<BootOptions, 'env' | 'database'> {
  /** Laid over the scene's own plugin configuration. */
  config?: Record<string, unknown>;
}

export async function startAdminScene({ env, database, config: more }: AdminSceneOptions = {}): Promise<AdminScene> {
  const keys = [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey: signingKey.publicKey }];
  const simulator = await startSimulator({ keys });
  const config = {
    apps: [{ bundleId: PINNED, name: 'Pinned', production: entered }],
    triggers: [{ name: 'pinned articles', contentType: 'api::article.article', apps: [PINNED] }],
    apns: {
      requestTimeoutMs: 5_000,
      origin: { production: simulator.origin, sandbox: simulator.origin },
      ca: simulator.ca,
    },
    ...more,
  };
  parseConfig(config);
  const booted = await bootStrapi({ config, env, database, listen: false });
  const superAdmin = await booted.admin();
  const answers: string[] = [];
  return {
    booted,
    simulator,
    answers,
    superAdmin,
    async call<T>(method: string, path: string, body?: unknown, token = superAdmin.token) {
      const answer = await fetch(`${booted.url}/background-push${path}`, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      answers.push(text);
      return { status: answer.status, text, body: (text ? JSON.parse(text) : {}) as AnswerOf<T>['body'] };
    },
    async stop() {
      await booted.stop();
      await simulator.close();
    },
  };
}

/** An administrator whose only role has the permissions given last. */
export interface Clerk {
  token: string;
  /** @param actions such as `plugin::background-push.apps.read` */
  allow(actions: readonly string[]): Promise<void>;
  /** The same with all that Strapi knows of a permission. */
  grant(permissions: readonly object[]): Promise<void>;
}

export async function hireClerk({
  booted: { url },
  superAdmin,
}: {
  booted: { url: string };
  superAdmin: AdminSession;
}): Promise<Clerk> {
  const role = await superAdmin.call<{ data: { id: number } }>('POST', '/admin/roles', {
    name: 'Clerk',
    description: 'May do one thing at a time',
  });
  const login = { email: 'clerk@example.com', password: 'One-thing-at-a-time-1' };
  const user = await superAdmin.call<{ data: { id: number } }>('POST', '/admin/users', {
    email: login.email,
    firstname: 'Clerk',
    roles: [role.data.id],
  });
  await superAdmin.call('PUT', `/admin/users/${user.data.id}`, { password: login.password, isActive: true });
  const { data } = await callStrapi<{ data: { token: string } }>(url, 'POST', '/admin/login', { body: login });
  const grant = async (permissions: readonly object[]) => {
    await superAdmin.call('PUT', `/admin/roles/${role.data.id}/permissions`, { permissions });
  };
  return {
    token: data.token,
    grant,
    allow: (actions) => grant(actions.map((action) => ({ action, subject: null, properties: {}, conditions: [] }))),
  };
}
