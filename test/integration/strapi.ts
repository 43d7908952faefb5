import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStrapi, type Core } from '@strapi/strapi';
import supertest from 'supertest';
import { openAdminSession, type AdminSession } from './admin-session';
import { createBootEnvironment, type BootOptions } from './boot-environment';
import type { TestDatabase } from './databases';
import { grantPublic } from './public-role';
import { APP, prepareApp } from './test-app';
import { until } from '../until';

export interface StrapiOptions extends BootOptions {
  /** Default: true, HTTP starts for real, which is what starts the engine. False: requests work, nothing is sent. */
  listen?: boolean;
}

/** A Strapi in this process, with the plugin. */
export interface BootedStrapi {
  readonly strapi: Core.Strapi;
  readonly url: string;
  readonly request: ReturnType<typeof supertest>;
  readonly database: TestDatabase;
  /** The administrator's session; logged in once. */
  admin(): Promise<AdminSession>;
  adminToken(): Promise<string>;
  /** @param actions such as `device.register` */
  grantPublic(actions: readonly string[]): Promise<void>;
  /** Ends it as SIGTERM does, and drops the database unless it is the caller's. Calling it again does nothing. */
  stop(): Promise<void>;
}

type Undo = (() => Promise<unknown> | void)[];

/** Strapi keeps itself in a global variable. */
let occupied = false;

/** Boots the test app. One at a time in a process; for more, see `startProcess`. */
export async function bootStrapi({ listen = true, app = APP, ...options }: StrapiOptions = {}): Promise<BootedStrapi> {
  if (occupied) throw new Error('Another Strapi is running in this process: stop it first, or use startProcess.');
  occupied = true;
  const undo: Undo = [() => void (occupied = false)];
  const end = async () => {
    const problems: unknown[] = [];
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw problems[0];
  };
  try {
    prepareApp(app);
    const { database, env, discard } = await createBootEnvironment({ ...options, app });
    undo.push(discard, setEnvironment(env));
    const strapi = createStrapi({ appDir: app.dir, distDir: app.distDir, autoReload: false, serveAdminPanel: false });
    undo.push(async () => destroy(strapi));
    await strapi.load();
    strapi.server.mount();
    const url = listen ? await listenFor(strapi) : await forwardTo(strapi, undo);
    let session: Promise<AdminSession> | undefined;
    const admin = () => (session ??= openAdminSession(url));
    return {
      strapi,
      url,
      request: supertest(url),
      database,
      admin,
      adminToken: async () => (await admin()).token,
      grantPublic: async (actions) => grantPublic(await admin(), actions),
      stop: end,
    };
  } catch (error) {
    // What a half-loaded Strapi says when it is destroyed would hide why it did not load.
    await end().catch(() => undefined);
    throw error;
  }
}

async function listenFor(strapi: Core.Strapi): Promise<string> {
  await (strapi as unknown as { listen(): Promise<void> }).listen();
  return addressOf(strapi.server.httpServer);
}

/** Takes requests at another door: at Strapi's own, `listening` would start the engine. */
async function forwardTo(strapi: Core.Strapi, undo: Undo): Promise<string> {
  // Node ends idle connections after five seconds, at the moment when a busy test asks over one.
  const door = http.createServer({ keepAliveTimeout: 0 }, (request, response) =>
    strapi.server.httpServer.emit('request', request, response),
  );
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  undo.push(
    () =>
      new Promise<void>((resolve) => {
        door.close(() => resolve());
        door.closeAllConnections();
      }),
  );
  return addressOf(door);
}

const addressOf = (server: http.Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function destroy(strapi: Core.Strapi): Promise<void> {
  // Strapi's knex aborts connections that somebody still waits for, and nobody catches that.
  const { pool } = (strapi.db?.connection.client ?? {}) as {
    pool?: { numPendingAcquires(): number; numUsed(): number };
  };
  const isIdle = () => pool === undefined || pool.numPendingAcquires() + pool.numUsed() === 0;
  await until(isIdle, { what: 'An idle connection pool' });
  try {
    await strapi.destroy();
  } catch (error) {
    // It stopped half-way: at least let go of the database.
    await strapi.db?.destroy();
    throw error;
  }
}

/** @returns what puts the former values back */
function setEnvironment(env: Record<string, string>): () => void {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
