import type { Departure } from './lanes';
import type { Push, PushAbout } from './pushes';
import type { Environment, PublishChoice, WakeAction } from './words';

/**
 * What would become of a change that an editor made now.
 *
 * `wakes`: a push leaves when nothing more was published for a moment · `budget`: Apple's hour is used up, it leaves when
 * there is room · `running`: it leaves after the one on its way · `refused`: APNs refuses the app, and is asked again ·
 * `paused` · `not-set-up`: there is no key · `disabled` · `off`: this installation sends nothing · `nobody`: no device is
 * concerned · `silent`: no trigger wakes for this action, so apps find it when they ask · `unsaved`: devices with a
 * tag of the entry are woken, and which tags are made of it is not known before it is saved
 */
export const FORECAST_KINDS = [
  'wakes',
  'budget',
  'running',
  'refused',
  'paused',
  'not-set-up',
  'disabled',
  'off',
  'nobody',
  'silent',
  'unsaved',
] as const;
export type ForecastKind = (typeof FORECAST_KINDS)[number];

export interface LaneForecast {
  laneId: number;
  /** The app's name. */
  app: string;
  environment: Environment;
  kind: ForecastKind;
  /** Whom the push would wake: those that waiting changes concern too. */
  devices: number;
  /** When it would leave, at the earliest; null: nobody can tell. */
  at: number | null;
  /** Pushes of the last hour. */
  used: number;
  /** Changes that wait already and would leave with it. */
  waiting: number;
  /** How long the push takes at the pace that the CMS can serve; null: as fast as APNs takes it. */
  lastsMs: number | null;
}

export interface EntryForecast {
  now: number;
  action: WakeAction;
  /** False: nothing is logged at present, so nobody hears of it. */
  captured: boolean;
  /** Whether a trigger names the content type. */
  heard: boolean;
  lanes: LaneForecast[];
}

/**
 * Where the latest change of an entry is. `numbering`: just published · `waiting` · `sending` · `told`: a push announced it ·
 * `along`: it wakes nobody and goes along with the next push · `unheard`: no device was concerned
 */
export type NewsState = 'numbering' | 'waiting' | 'sending' | 'told' | 'along' | 'unheard';

export interface LaneNews {
  laneId: number;
  app: string;
  environment: Environment;
  state: NewsState;
  /** When it leaves, or what it waits for; null: it does not wait. */
  departure: Departure | null;
  push: Push | null;
}

/** What became of an entry's latest change. */
export interface EntryNews {
  action: WakeAction;
  /** When it got its number; null: it has none yet. */
  at: number | null;
  choice: PublishChoice | null;
  by: string | null;
  lanes: LaneNews[];
  /** The last pushes that announced a change of the entry, newest first, that of the latest change among them. */
  pushes: Push[];
}

/** `GET /entries/:uid` */
export interface Entry {
  forecast: EntryForecast;
  /** Null: no change of it is on record, or none was asked for. */
  news: EntryNews | null;
}

/** Changes that wait to be pushed. */
export interface NewsWaiting {
  laneId: number;
  app: string;
  environment: Environment;
  about: PushAbout;
  departure: Departure;
}

export interface NewsPush extends Pick<Push, 'id' | 'environment' | 'about' | 'state'> {
  app: string;
  at: number;
  accepted: number;
  devices: number;
}

/** `GET /news`: what waits, and the last pushes. */
export interface News {
  now: number;
  waiting: NewsWaiting[];
  pushes: NewsPush[];
}
