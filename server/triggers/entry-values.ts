import { fieldOf, type Model, type Schemas, type TagField } from './tag-fields';
import { parseTemplate, pathsOfTemplate, type EntryValues } from './tag-template';

export type { EntryValues } from './tag-template';

/** Fields of an entry, and of the entries that its relations lead to. */
export interface FieldQuery {
  select: string[];
  populate: Record<string, { select: string[] }>;
}

/** What of Strapi is needed to read what tags are made of. */
export interface TagSource<M extends Model = Model> extends Schemas<M> {
  /** Rows by id, in any order, as the caller's transaction sees them; one that is gone is left out. */
  fieldsOf(uid: string, ids: readonly number[], query: FieldQuery): Promise<Record<string, unknown>[]>;
  /** The rows of an entry, its draft and what is published; none, if there is no such entry. */
  idsOf(uid: string, documentId: string, locale: string | null): Promise<number[]>;
}

/** Every path that some templates name; a template that cannot be read names none. */
export function pathsOf(templates: Iterable<string>): string[] {
  const paths = new Set<string>();
  for (const text of templates) {
    const template = parseTemplate(text);
    if (!('problem' in template)) for (const path of pathsOfTemplate(template)) paths.add(path);
  }
  return [...paths];
}

/**
 * Reads what rows hold under some paths, by row id. What the schema has no more, and what may not be shown, holds
 * nothing: an editor's publish must not fail for a trigger that went bad.
 *
 * @throws the database's error
 */
export async function readEntryValues<M extends Model>(
  source: TagSource<M>,
  uid: string,
  ids: readonly number[],
  paths: readonly string[],
): Promise<Map<number, EntryValues>> {
  if (ids.length === 0) return new Map<number, EntryValues>();
  const fields = paths.flatMap((path) => {
    const field = fieldOf(source, uid, path);
    return 'problem' in field ? [] : [field];
  });
  if (fields.length === 0) return new Map(ids.map((id) => [id, NOTHING]));
  const rows = await source.fieldsOf(uid, ids, queryOf(fields));
  return new Map(
    rows.map((row) => [Number(row.id), new Map(fields.map((field) => [field.path, valueOf(row, field)]))]),
  );
}

const NOTHING: EntryValues = new Map();

function queryOf(fields: readonly TagField[]): FieldQuery {
  const select = new Set(['id']);
  const populate: Record<string, { select: string[] }> = {};
  for (const { relation, field } of fields) {
    if (relation === null) select.add(field);
    else (populate[relation] ??= { select: ['id'] }).select.push(field);
  }
  return { select: [...select], populate };
}

function valueOf(row: Record<string, unknown>, { relation, field }: TagField): string | null {
  const holder = relation === null ? row : (row[relation] as Record<string, unknown> | null | undefined);
  const value = holder?.[field];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
