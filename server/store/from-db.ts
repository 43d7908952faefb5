/**
 * PostgreSQL hands 64-bit integers over as strings. Only times (`…_at`, `…_until`, `at`) are that wide in our tables,
 * so a row is put right by its column names.
 *
 * @param row a row as the driver gave it
 * @returns the same object, with its times as numbers
 */
export function fromDb<Row extends object>(row: Row): Row {
  const fields = row as Record<string, unknown>;
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === 'string' && (name === 'at' || name.endsWith('_at') || name.endsWith('_until'))) {
      fields[name] = Number(value);
    }
  }
  return row;
}
