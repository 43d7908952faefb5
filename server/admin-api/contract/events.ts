import type { Pause } from './pauses';
import type { Counters, PushEnd } from './pushes';
import type { Environment } from './words';

/** A lane as events name it. */
export interface EventLane {
  /** Bundle id. */
  app: string;
  /** The app's name. */
  name: string;
  environment: Environment;
}

/**
 * What Strapi's webhooks send for events of the plugin, beside `event` and `createdAt`. Each happens once, however many
 * processes there are. Times are milliseconds; none holds a token, a key or a secret.
 */
export interface BackgroundPushEvents {
  'background-push.push.finished': {
    lane: EventLane;
    push: {
      id: number;
      uuid: string;
      ended: PushEnd;
      since: number;
      rev: number;
      createdAt: number;
      finishedAt: number;
      counters: Omit<Counters, 'waiting'>;
    };
  };
  'background-push.lane.paused': { lane: EventLane; pause: Pick<Pause, 'cause' | 'code' | 'params' | 'at' | 'by'> };
  /** APNs refuses every push of the lane, and did so again when it was asked again. */
  'background-push.credential.failing': {
    lane: EventLane;
    /** Apple's reason. */
    reason: string;
    status: number;
    /** When APNs first refused. */
    since: number;
  };
}

export type EventName = keyof BackgroundPushEvents;
