/**
 * A number as a driver hands it over. PostgreSQL gives 64-bit integers, and so every `count`, as text; mysql2 does the
 * same as Strapi configures it, and which results are that wide differs between MariaDB and MySQL.
 *
 * @returns null for NULL
 */
export function readNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/**
 * Of our columns only times (`…_at`, `…_until`, `at`) are 64 bits wide, so a row is put right by its column names.
 *
 * @param row a row as the driver gave it
 * @returns the same object, with its times as numbers
 */
export function fromDb<Row extends object>(row: Row): Row {
  const fields = row as Record<string, unknown>;
  for (const name in fields) {
    if (isTime(name)) fields[name] = readNumber(fields[name]);
  }
  return row;
}

const isTime = (column: string) => column === 'at' || column.endsWith('_at') || column.endsWith('_until');
