import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEvents, type StrapiEvents } from '../../../server/events';
import { eventsOf } from '../../../server/host-events';
import type { Assembly } from '../../../server/assemble';
import { servicesOf } from '../services-of';
import { eachDatabase } from '../databases';
import { startScene, type Scene } from '../scene';
import { until } from '../../until';

const BY = 'Ada Lovelace';

interface Received {
  event: string;
  createdAt: string;
  lane: object;
  [key: string]: unknown;
}

eachDatabase((database) => {
  describe('Strapi’s webhooks', () => {
    let scene: Scene;
    let receiver: Server;
    const received: Received[] = [];
    const texts: string[] = [];

    beforeAll(async () => {
      scene = await startScene({ database });
      receiver = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          texts.push(body);
          received.push(JSON.parse(body) as Received);
          response.end();
        });
      });
      await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
      const { port } = receiver.address() as AddressInfo;
      const admin = await scene.booted.admin();
      await admin.call('POST', '/admin/webhooks', {
        name: 'receiver',
        url: `http://127.0.0.1:${port}/`,
        headers: {},
        events: ['background-push.push.finished', 'background-push.lane.paused', 'background-push.credential.failing'],
      });
    });
    afterAll(async () => {
      await scene.stop();
      await new Promise((closed) => receiver.close(closed));
    });
    afterEach(async () => {
      await scene.services.control.resume((await scene.lane()).id, BY);
      await scene.reset();
      received.length = 0;
    });

    const lane = { app: 'com.example.news', name: 'News', environment: 'production' };
    const ofEvent = (event: string) => received.filter((one) => one.event === event);
    const heard = (event: string) =>
      until(() => ofEvent(event).length > 0 && ofEvent(event), { within: 20_000, what: `The event ${event}` });

    it('tell once that a push has finished, and what became of its devices', async () => {
      const tokens = await scene.addDevices(3);
      await scene.publish('Hello');
      const { id, uuid, since, rev, createdAt, finishedAt } = await scene.finished(1);
      const [{ createdAt: sentAt, ...event }] = await heard('background-push.push.finished');
      expect(Date.parse(sentAt)).toBeGreaterThan(0);
      expect(event).toEqual({
        event: 'background-push.push.finished',
        lane,
        push: {
          ...{ id, uuid, since, rev, createdAt, finishedAt, ended: 'done' },
          counters: {
            ...{ met: 3, accepted: 3, rejected: 0, unknown: 0, expired: 0 },
            ...{ cancelled: 0, superseded: 0, removed: 0 },
          },
        },
      });
      await scene.publish('Again');
      await scene.finished(2);
      await until(() => ofEvent('background-push.push.finished').length >= 2, { what: 'The event of the next push' });
      expect(ofEvent('background-push.push.finished')).toHaveLength(2);
      for (const token of tokens) expect(texts.join()).not.toContain(token);
    });

    it('tell once that a lane was paused, and by whom', async () => {
      const { id } = await scene.lane();
      await Promise.all([1, 2].map(() => scene.services.control.pause(id, BY).catch(() => undefined)));
      const [event] = await heard('background-push.lane.paused');
      await scene.addDevices(1, {}, 'sandbox');
      await scene.publish();
      await scene.finished(1, 'sandbox');
      expect(event).toMatchObject({
        lane,
        pause: { cause: 'administrator', code: 'administrator', params: {}, by: BY },
      });
      expect(ofEvent('background-push.lane.paused')).toHaveLength(1);
    });

    it('tell once that APNs refuses the credential, when a probe has confirmed it, and then that it paused', async () => {
      await scene.addDevices(5);
      const recover = scene.simulators.production.behave({ status: 403, reason: 'InvalidProviderToken' });
      await scene.publish();
      await heard('background-push.lane.paused');
      expect(ofEvent('background-push.credential.failing')).toEqual([
        expect.objectContaining({ lane, reason: 'InvalidProviderToken', status: 403 }),
      ]);
      expect(ofEvent('background-push.lane.paused')).toEqual([
        expect.objectContaining({ lane, pause: expect.objectContaining({ cause: 'fatal' }) as object }),
      ]);
      recover();
    });

    it('harm nobody when a listener fails: the push ends, and the log says it', async () => {
      const off = scene.booted.strapi.eventHub.on('background-push.push.finished', () =>
        Promise.reject(new Error('no')),
      ) as unknown as () => void;
      await scene.addDevices(1);
      await scene.publish();
      expect((await scene.finished(1)).counters.accepted).toBe(1);
      off();
    });

    it('let Strapi’s audit logs keep each act, where there are any', async () => {
      const { strapi } = scene.booted;
      const events = eventsOf(strapi);
      expect(events.audit(['background-push.act.pause'])).toBe(false);
      const registered = new Map<string, (payload: object) => object>();
      const kept: object[] = [];
      strapi.add('audit-logs-lifecycle', () => ({
        registerEvent: (name: string, transform: (payload: object) => object) => void registered.set(name, transform),
      }));
      const unsubscribe = strapi.eventHub.subscribe(async (name: string, payload: object) => {
        const transform = registered.get(name);
        if (transform) kept.push({ name, ...transform(payload) });
        return Promise.resolve();
      }) as unknown as () => void;
      // As the next start would.
      (servicesOf(strapi) as unknown as Assembly).events.announce();
      const { id } = await scene.lane();
      await scene.services.control.pause(id, BY);
      await until(() => kept.length > 0, { what: 'An entry of the audit log' });
      expect(kept).toEqual([
        {
          name: 'background-push.act.pause',
          resource: { type: 'background-push' },
          details: { bundleId: 'com.example.news', environment: 'production' },
        },
      ]);
      unsubscribe();
    });
  });
});

describe('an event', () => {
  it('that cannot be emitted is logged, and stops nobody', async () => {
    const warnings: string[] = [];
    const laneOf = () => ({ bundleId: 'a.b', environment: 'production' as const, appId: 1 });
    const fact = { kind: 'credential-failing', laneId: 1, reason: 'BadTopic', status: 400, since: 1 } as const;
    const broken: StrapiEvents['emit'][] = [
      () => Promise.reject(new Error('late')),
      () => {
        throw new Error('at once');
      },
    ];
    for (const emit of broken) {
      const strapi = { allow: () => undefined, audit: () => false, emit };
      const log = { warn: (message: string) => void warnings.push(message) };
      createEvents({ strapi, laneById: laneOf, appById: () => undefined, log }).tell(fact);
    }
    await until(() => warnings.length === 2, { what: 'Two lines of the log' });
    expect(warnings.sort()[0]).toContain('at once');
  });
});
