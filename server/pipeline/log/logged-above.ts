import type { Store } from '../../store/store';
import { TABLES, type ChangeRow } from '../../store/tables';

/** More wait for their numbers only while a bulk publish is being numbered. */
const MOST_CHANGES = 1_000;

/** A change as far as it decides who is told what, and when. */
export type LoggedChange = Pick<
  ChangeRow,
  'content_type' | 'document_id' | 'locale' | 'action' | 'wakes' | 'audience' | 'tags' | 'choice'
>;

/**
 * An app's committed changes that are not counted in a head, in the order of their numbers: those that wait for one, and
 * those that got theirs since the head was read.
 */
export async function readLoggedAbove({ knex }: Store, appId: number, head: number): Promise<LoggedChange[]> {
  const rows = (await knex<ChangeRow>(TABLES.changes)
    .where({ app_id: appId })
    .where((above) => void above.whereNull('rev').orWhere('rev', '>', head))
    .orderBy('id')
    .limit(MOST_CHANGES)
    .select(
      'id',
      'rev',
      'content_type',
      'document_id',
      'locale',
      'action',
      'wakes',
      'audience',
      'tags',
      'choice',
    )) as (LoggedChange & Pick<ChangeRow, 'id' | 'rev'>)[];
  return rows.sort((a, b) => (a.rev ?? Infinity) - (b.rev ?? Infinity) || a.id - b.id);
}
