import type { Knex } from 'knex';

/**
 * A column's value as the database computes it from the row. Knex types an update by the row, which knows numbers only;
 * so the one cast is here.
 */
const computed = (value: Knex.Raw | Knex.Ref<string, Record<string, string>>): number => value as unknown as number;

/** @param by what is added, which may be negative */
export const plus = (knex: Knex, column: string, by = 1): number => computed(knex.raw('?? + ?', [column, by]));

/** The value of another column of the same row. */
export const valueOf = (knex: Knex, column: string): number => computed(knex.ref(column));
