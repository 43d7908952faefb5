import { devDependencies } from '../../package.json';

const LATER = '13.2.0';

/**
 * @param nodeVersion such as `22.23.3`
 * @returns the version of better-sqlite3 to install: 13, which brings its binaries along, crashes on Node.js 20, and 12,
 *   which is compiled for one Node.js, aborts when a process of 24 ends
 */
export function sqliteDriver(nodeVersion: string): string {
  return Number.parseInt(nodeVersion, 10) < 22 ? devDependencies['better-sqlite3'] : LATER;
}
