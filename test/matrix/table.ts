import type { Database } from '../integration/databases';
import { mariadb, mysql, postgres, type ServerRecipe } from './recipes';

/** Node.js by what npm calls it: the oldest that is supported, then the newest of each line. */
export const NODES = ['20.19', '22', '24', '26'] as const;
export type NodeRange = (typeof NODES)[number];

export interface DatabaseVersion {
  title: string;
  client: Database;
  /** How its server is made; null: there is none. */
  recipe: ServerRecipe | null;
}

export const DATABASES = {
  sqlite: { title: 'SQLite', client: 'sqlite', recipe: null },
  // Debian carries one PostgreSQL per release; npm carries the others, without a range that finds a pre-release.
  'postgres-14': { title: 'PostgreSQL 14', client: 'postgres', recipe: postgres(14, { npm: '14.23.0-beta.17' }) },
  'postgres-15': { title: 'PostgreSQL 15', client: 'postgres', recipe: postgres(15, { debian: 'bookworm' }) },
  'postgres-16': { title: 'PostgreSQL 16', client: 'postgres', recipe: postgres(16, { npm: '16.14.0-beta.17' }) },
  'postgres-17': { title: 'PostgreSQL 17', client: 'postgres', recipe: postgres(17, { debian: 'trixie' }) },
  'postgres-18': { title: 'PostgreSQL 18', client: 'postgres', recipe: postgres(18, { debian: 'sid' }) },
  'mariadb-10.11': { title: 'MariaDB 10.11', client: 'mysql', recipe: mariadb('bookworm') },
  'mariadb-11.8': { title: 'MariaDB 11.8', client: 'mysql', recipe: mariadb('trixie') },
  'mysql-9.7': { title: 'MySQL 9.7', client: 'mysql', recipe: mysql('sid') },
} as const satisfies Record<string, DatabaseVersion>;
export type DatabaseName = keyof typeof DATABASES;

export interface Pair {
  node: NodeRange;
  database: DatabaseName;
}

/** Each Node.js with each kind of database, each database with one Node.js at least. */
const COLUMNS: Record<NodeRange, readonly DatabaseName[]> = {
  '20.19': ['sqlite', 'postgres-14', 'postgres-15', 'mariadb-10.11'],
  '22': ['sqlite', 'postgres-16', 'postgres-17', 'mariadb-11.8'],
  '24': ['sqlite', 'postgres-18', 'mysql-9.7'],
  '26': ['sqlite', 'postgres-18', 'mysql-9.7'],
};

export const PAIRS: readonly Pair[] = NODES.flatMap((node) => COLUMNS[node].map((database) => ({ node, database })));

export const EVERY_PAIR: readonly Pair[] = NODES.flatMap((node) =>
  (Object.keys(DATABASES) as DatabaseName[]).map((database) => ({ node, database })),
);
