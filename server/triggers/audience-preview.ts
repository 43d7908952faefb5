import type { AudiencePreview, AudiencePreviewBody, ContentType, Environment } from '../admin-api/contract';
import { UserError } from '../user-error';
import { pathsOf, readEntryValues, type EntryValues, type TagSource } from './entry-values';
import { checkAudience, type Model } from './tag-fields';
import { makeTag, parseTemplate } from './tag-template';
import { problemOf } from './trigger-input';

interface LaneName {
  id: number;
  bundleId: string;
  environment: Environment;
}

export interface AudiencePreviewOptions<M extends Model> {
  source: TagSource<M> & {
    latestPublished(uid: string): Promise<(AudiencePreview['entry'] & { id: number }) | null>;
  };
  contentTypes(): ContentType[];
  /** Of each app that was not removed. */
  lanes(): readonly LaneName[];
  /** How many devices of each lane have one of the tags. */
  countTagged(laneIds: readonly number[], tags: readonly string[]): Promise<ReadonlyMap<number, number>>;
}

/** Shows what templates make of the latest published entry, and whom they find, before a trigger is saved. */
export function createAudiencePreview<M extends Model>(options: AudiencePreviewOptions<M>) {
  const { source, contentTypes, lanes, countTagged } = options;

  /** A template that is refused is so by itself: whoever types sees what the others make meanwhile. */
  function make(uid: string, text: string, values: EntryValues | null): AudiencePreview['made'] {
    const refused = checkAudience(source, uid, { tags: [text] });
    const template = parseTemplate(text);
    if (refused || 'problem' in template) {
      return [{ template: text, tag: null, reason: 'refused', problem: `${refused?.message ?? text}.` }];
    }
    return values ? [{ template: text, ...makeTag(template, values) }] : [];
  }

  async function entryOf(uid: string, templates: readonly string[]): Promise<Pick<AudiencePreview, 'entry' | 'made'>> {
    const latest = await source.latestPublished(uid);
    const values = latest ? (await readEntryValues(source, uid, [latest.id], pathsOf(templates))).get(latest.id) : null;
    const made = templates.flatMap((text) => make(uid, text, values ?? null));
    if (!latest) return { entry: null, made };
    const { documentId, locale, updatedAt } = latest;
    return { entry: { documentId, locale, updatedAt }, made };
  }

  /** @throws UserError 400 that names the field */
  return async ({ contentType, apps, tags: templates }: AudiencePreviewBody): Promise<AudiencePreview> => {
    const known = [...new Set(lanes().map(({ bundleId }) => bundleId))];
    const wrong = problemOf({ contentType, apps }, { contentTypes: contentTypes(), apps: known });
    if (wrong) throw new UserError(400, wrong.message, wrong.field);
    const { entry, made } = await entryOf(contentType, templates);
    const tags = [...new Set(made.flatMap(({ tag }) => tag ?? []))];
    const concerned = lanes().filter(({ bundleId }) => apps.includes(bundleId));
    const counts =
      tags.length === 0
        ? new Map<number, number>()
        : await countTagged(
            concerned.map(({ id }) => id),
            tags,
          );
    return {
      entry,
      made,
      lanes: concerned.map(({ id, bundleId, environment }) => ({
        bundleId,
        environment,
        devices: counts.get(id) ?? 0,
      })),
    };
  };
}

export type PreviewAudience = ReturnType<typeof createAudiencePreview>;
