import { ACT_PARAMS, type BackgroundPushEvents, type EventLane, type EventName } from '../admin-api/contract';
import type { Environment } from '../admin-api/contract';
import { describeError } from '../store/database-error';
import type { Fact } from '../store/facts';

/** What of Strapi hears of events. */
export interface StrapiEvents {
  /** Makes names selectable under Settings → Webhooks. */
  allow(names: readonly string[]): void;
  /** Has Strapi's audit logs keep events of these names, where it has audit logs. @returns whether it has */
  audit(names: readonly string[]): boolean;
  emit(name: string, payload: object): Promise<void>;
}

export interface Events {
  /** To be called at start: tells Strapi which events there will be. */
  announce(): void;
  /** Never throws, and waits for nobody: a listener that fails is logged. */
  tell(fact: Fact): void;
}

export interface EventsOptions {
  strapi: StrapiEvents;
  laneById(id: number): { bundleId: string; environment: Environment; appId: number } | undefined;
  appById(id: number): { name: string } | undefined;
  log: { warn(message: string): void };
}

export const EVENT_NAMES = [
  'background-push.push.finished',
  'background-push.lane.paused',
  'background-push.credential.failing',
] as const satisfies readonly EventName[];

const auditName = (act: string) => `background-push.act.${act}`;

/** Makes events of Strapi's of what transactions did. */
export function createEvents({ strapi, laneById, appById, log }: EventsOptions): Events {
  let isAudited = false;

  function emit(name: string, payload: object): void {
    const failed = (error: unknown) => log.warn(`a listener of the event ${name} failed: ${describeError(error)}`);
    try {
      // Whoever listens may be slow; nobody here waits. A rejection that nobody catches would end the process.
      strapi.emit(name, payload).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  function emitOfLane<Name extends EventName>(
    name: Name,
    laneId: number,
    payload: Omit<BackgroundPushEvents[Name], 'lane'>,
  ): void {
    const lane = laneById(laneId);
    // Its app was removed: nobody is interested any more.
    if (!lane) return;
    const { bundleId, environment, appId } = lane;
    const of: EventLane = { app: bundleId, name: appById(appId)?.name ?? bundleId, environment };
    emit(name, { lane: of, ...payload });
  }

  return {
    announce() {
      strapi.allow(EVENT_NAMES);
      isAudited = strapi.audit(Object.keys(ACT_PARAMS).map(auditName));
    },
    tell(fact) {
      switch (fact.kind) {
        case 'push-finished':
          return emitOfLane('background-push.push.finished', fact.laneId, { push: fact.push });
        case 'lane-paused': {
          const { cause, code, params, at, by } = fact.pause;
          const pause = { cause, code, params, at, ...(by !== undefined && { by }) };
          return emitOfLane('background-push.lane.paused', fact.laneId, { pause });
        }
        case 'credential-failing': {
          const { laneId, reason, status, since } = fact;
          return emitOfLane('background-push.credential.failing', laneId, { reason, status, since });
        }
        case 'act':
          if (isAudited) emit(auditName(fact.act), fact.params);
      }
    },
  };
}
