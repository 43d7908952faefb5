import { READS_PER_WRITE } from '../feed';
import type { Problem } from './problem';

/**
 * What settings must be to each other. Looks at the configuration as it was written, so that it finds its problems
 * even while single fields are wrong too; a value of the wrong type is the schema's to report.
 */
export function checkRelations(config: unknown): Problem[] {
  return [...checkTimes(config), ...checkRates(config), ...checkApps(config), ...checkTriggers(config)];
}

function checkTimes(config: unknown): Problem[] {
  const problems: Problem[] = [];
  const quietMs = at(config, 'coalesce', 'quietMs');
  const maxWaitMs = at(config, 'coalesce', 'maxWaitMs');
  const ttlMs = at(config, 'delivery', 'ttlMs');
  if (isNumber(maxWaitMs) && isNumber(quietMs) && maxWaitMs < quietMs) {
    problems.push({ path: ['coalesce', 'maxWaitMs'], message: `must be at least quietMs (${quietMs})` });
  }
  // A push that expires before the next may leave would never reach a device that was off for a moment.
  if (isNumber(ttlMs) && isNumber(maxWaitMs) && ttlMs <= maxWaitMs) {
    problems.push({ path: ['delivery', 'ttlMs'], message: `must be more than coalesce.maxWaitMs (${maxWaitMs})` });
  }
  return problems;
}

/** A push that wakes apps faster than the feed's own limit lets them in would have them refused. */
function checkRates(config: unknown): Problem[] {
  const perSecond = at(config, 'feed', 'requestsPerSecond');
  const perMinute = at(config, 'registration', 'globalPerMinute');
  if (at(config, 'feed', 'cdn') !== false || !isNumber(perSecond) || !isNumber(perMinute)) return [];
  const most = Math.floor((perMinute * READS_PER_WRITE) / 60);
  if (perSecond <= Math.max(1, most)) return [];
  const message = `must be at most ${Math.max(1, most)}: registration.globalPerMinute (${perMinute}) lets no more in`;
  return [{ path: ['feed', 'requestsPerSecond'], message }];
}

function checkApps(config: unknown): Problem[] {
  // Two bundle ids that differ only in case are one to Apple and to some databases.
  return duplicates(bundleIds(config), (id) => id.toLowerCase()).map(({ index, first }) => ({
    path: ['apps', index, 'bundleId'],
    message: `is the bundle id of apps[${first}] too; list each app once`,
  }));
}

function checkTriggers(config: unknown): Problem[] {
  const known = bundleIds(config);
  const triggers = items(at(config, 'triggers'));
  const problems: Problem[] = duplicates(
    triggers.map((trigger) => at(trigger, 'name')),
    (name) => name.toLowerCase(),
  ).map(({ index, first }) => ({
    path: ['triggers', index, 'name'],
    message: `is the name of triggers[${first}] too; each trigger needs its own`,
  }));
  triggers.forEach((trigger, index) => {
    const apps = at(trigger, 'apps');
    if (Array.isArray(apps) && apps.length === 0) {
      problems.push({ path: ['triggers', index, 'apps'], message: 'must name at least one app' });
    }
    items(apps).forEach((bundleId, place) => {
      if (typeof bundleId !== 'string' || known.includes(bundleId)) return;
      const list = known.filter((id) => typeof id === 'string').join(', ');
      problems.push({
        path: ['triggers', index, 'apps', place],
        message: `must be the bundle id of an app in config.apps (${list || 'there is none'})`,
      });
    });
  });
  return [...problems, ...checkContents(triggers)];
}

/** An app gets an entry in one form. */
function checkContents(triggers: unknown[]): Problem[] {
  const first = new Map<string, { index: number; content: string }>();
  const problems: Problem[] = [];
  triggers.forEach((trigger, index) => {
    const content = at(trigger, 'content');
    if (content === null || content === undefined) return;
    for (const bundleId of items(at(trigger, 'apps'))) {
      const key = JSON.stringify([bundleId, at(trigger, 'contentType')]);
      const known = first.get(key);
      if (!known) first.set(key, { index, content: JSON.stringify(content) });
      else if (known.content !== JSON.stringify(content)) {
        const message = `must be the same as in triggers[${known.index}]: both are about this content type for ${String(bundleId)}`;
        problems.push({ path: ['triggers', index, 'content'], message, hideValue: true });
        return;
      }
    }
  });
  return problems;
}

const bundleIds = (config: unknown): unknown[] => items(at(config, 'apps')).map((app) => at(app, 'bundleId'));

function duplicates(values: unknown[], normalise: (value: string) => string): { index: number; first: number }[] {
  const keys = values.map((value) => (typeof value === 'string' ? normalise(value) : null));
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    return key !== null && first < index ? [{ index, first }] : [];
  });
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((parent, name) => (parent as Record<string, unknown> | null | undefined)?.[name], value);
}
