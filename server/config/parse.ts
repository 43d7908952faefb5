import { KeyObject } from 'node:crypto';
import type { z } from '@strapi/utils';
import { APP_DEFAULTS, TRIGGER_DEFAULTS, withDefaults } from './defaults';
import type { PluginConfig } from './plugin-config';
import { formatProblems, type Problem } from './problem';
import { checkRelations } from './relations';
import { CONFIG_SCHEMA } from './schema';

/**
 * Checks the whole configuration and reads the keys it names.
 *
 * @param raw what the user wrote, with or without Strapi's merge of the defaults
 * @returns the configuration, frozen
 * @throws Error with one sentence for each problem, all at once; it never shows a secret
 */
export function parseConfig(raw: unknown): PluginConfig {
  const config = complete(raw);
  const parsed = CONFIG_SCHEMA.safeParse(config);
  const problems = [...(parsed.error?.issues ?? []).flatMap(toProblems), ...checkRelations(config)];
  if (!parsed.success || problems.length > 0) throw new Error(formatProblems(problems, config));
  return freeze(parsed.data);
}

function complete(raw: unknown): unknown {
  const config = withDefaults(raw ?? {}) as Record<string, unknown>;
  if (Array.isArray(config.apps)) config.apps = config.apps.map((app: unknown) => withName(app));
  if (Array.isArray(config.triggers)) {
    config.triggers = config.triggers.map((trigger: unknown) => withDefaults(trigger ?? null, TRIGGER_DEFAULTS));
  }
  return config;
}

/** An app without a name goes by its bundle id. */
function withName(app: unknown): unknown {
  if (typeof app !== 'object' || app === null) return app;
  const { bundleId } = app as { bundleId?: unknown };
  return withDefaults(app, { ...APP_DEFAULTS, name: typeof bundleId === 'string' ? bundleId : 'app' });
}

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((name) => ({ path: [...issue.path, name], message: issue.message, hideValue: true }));
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof KeyObject) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
