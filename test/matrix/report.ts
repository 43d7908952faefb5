import type { CheckName, Verdict } from './checks';

/** One line of the table. */
export interface Line {
  node: string;
  database: string;
  verdicts: Partial<Record<CheckName, Verdict>>;
}

/** @returns the table as it stands in the README */
export function toTable(lines: readonly Line[], checks: readonly CheckName[]): string {
  const rows = [
    ['Node.js', 'database', ...checks],
    ...lines.map(({ node, database, verdicts }) => [node, database, ...checks.map((check) => cellOf(verdicts[check]))]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const [head, ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

const cellOf = (verdict: Verdict | undefined): string => verdict?.text ?? 'not run';

/** @returns for each failure a line with its first error; what several pairs share, the unit tests, is named once */
export function firstErrors(lines: readonly Line[]): string[] {
  const named = new Set<Verdict>();
  return lines.flatMap(({ node, database, verdicts }) =>
    Object.entries(verdicts).flatMap(([check, verdict]) => {
      if (verdict.ok || named.has(verdict)) return [];
      named.add(verdict);
      return [`Node.js ${node}, ${database}, ${check}: ${verdict.firstError}`];
    }),
  );
}
