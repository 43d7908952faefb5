import { DEFAULTS } from './defaults';
import { parseConfig } from './parse';

export type { BackgroundPushConfig } from './background-push-config';
export { parseConfig } from './parse';
export type { PluginConfig } from './plugin-config';

/** What Strapi reads: it lays the user's configuration over `default`, and an error of `validator` stops boot. */
export const config = {
  default: DEFAULTS,
  validator: (raw: unknown): void => void parseConfig(raw),
};
export type { BeforePush, BeforePushCall, BeforePushSetting } from './before-push';
