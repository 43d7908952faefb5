import type { ConfiguredApp } from '../apps/configured-app';
import type { TriggerSettings } from '../admin-api/contract';
import type { BeforePushSetting } from './before-push';
import type { PluginConfig } from './plugin-config';

/**
 * What an app writes in `config/plugins`, under `'background-push'.config`: every setting that has a default may be left
 * out. Made of the types that the plugin itself works with, and nothing of a dependency, so that it resolves everywhere.
 *
 * ```ts
 * config: { coalesce: { quietMs: 5_000 } } satisfies BackgroundPushConfig
 * ```
 */
export type BackgroundPushConfig = Optional<Omit<PluginConfig, 'apps' | 'triggers' | 'delivery'>> & {
  readonly delivery?: Optional<Omit<PluginConfig['delivery'], 'beforePush'>> & {
    readonly beforePush?: BeforePushSetting;
  };
  readonly apps?: readonly AppConfig[];
  readonly triggers?: readonly TriggerConfig[];
};

type AppConfig = Pick<ConfiguredApp, 'bundleId'> &
  Partial<Pick<ConfiguredApp, 'name' | 'customKeys'>> & {
    readonly [Lane in keyof Pick<ConfiguredApp, 'production' | 'sandbox'>]?: CredentialConfig | null;
  };

/** `env('…')` may be undefined; start-up then names what is missing. */
interface CredentialConfig {
  readonly keyId: string | undefined;
  readonly teamId: string | undefined;
  /** The `.p8` key: PEM, base64, or `file:` and its path. */
  readonly key: string | undefined;
}

type TriggerConfig = Pick<TriggerSettings, 'name' | 'contentType' | 'apps'> &
  Partial<Pick<TriggerSettings, 'wakeOn' | 'audience' | 'content' | 'related' | 'relatedWakes'>>;

type Optional<Group> = {
  readonly [Name in keyof Group]?: Group[Name] extends object ? Optional<Group[Name]> : Group[Name];
};
