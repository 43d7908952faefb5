import type { Overview } from './pipeline/overview';
import type { EntryNewsReader, Forecast, NewsReader, Preview } from './pipeline/forecast';
import type { Control } from './pipeline/control';
import type { Core } from '@strapi/strapi';
import type { Acts } from './acts/acts';
import type { Alarms } from './alarms/alarms';
import type { Apps } from './apps/apps';
import type { Encryption } from './apps/credentials';
import type { Registry } from './apps/registry';
import type { PluginConfig } from './config';
import type { Gate } from './content-api/gate';
import type { Content } from './content';
import type { Devices, Imports } from './devices';
import type { Titles } from './entries';
import type { Reports } from './freshness';
import type { Feed } from './feed';
import type { CaptureState } from './pipeline/log';
import type { Engine } from './pipeline/engine';
import type { Store } from './store/store';
import type { PreviewAudience } from './triggers/audience-preview';
import type { Triggers } from './triggers/triggers';

export const PLUGIN_ID = 'background-push';

/** Everything that bootstrap assembled, as routes reach it. */
export interface Services {
  config: PluginConfig;
  store: Store;
  registry: Registry;
  apps: Apps;
  triggers: Triggers;
  previewAudience: PreviewAudience;
  devices: Devices;
  titles: Titles;
  imports: Imports;
  reports: Reports;
  acts: Acts;
  alarms: Alarms;
  encryption: Encryption;
  feed: Feed;
  content: Content;
  control: Control;
  overview: Overview;
  forecast: Forecast;
  preview: Preview;
  entryNews: EntryNewsReader;
  news: NewsReader;
  engine: Engine;
  capture: CaptureState;
  gate: Gate;
}

const assembled = new WeakMap<object, Services>();

export function setServices(strapi: Core.Strapi, services: Services | null): void {
  if (services) assembled.set(strapi, services);
  else assembled.delete(strapi);
}

/**
 * Routes exist before bootstrap is over, and stay when it failed; they then answer 503.
 *
 * @returns null before bootstrap is over, and after destroy
 */
export const findServices = (strapi: Core.Strapi): Services | null => assembled.get(strapi) ?? null;
