import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createBootEnvironment } from '../integration/boot-environment';
import type { TestDatabase } from '../integration/databases';
import { APP_DIR } from '../integration/test-app';

const SOURCES = ['config', 'src', 'package.json', 'tsconfig.json', 'favicon.png', 'administrator.json'];
const STRAPI = path.join(path.dirname(require.resolve('@strapi/strapi/package.json')), 'bin/strapi.js');
const REGISTER = path.resolve(__dirname, '../register.js');

/** A copy of the test app: Strapi's commands compile what they find, and other tests run the app meanwhile. */
export interface AppCopy {
  readonly directory: string;
  /** Runs `strapi …` in it. @returns what it wrote @throws with what it wrote, when its exit code is not 0 */
  run(database: TestDatabase, config: object, ...command: string[]): Promise<string>;
  remove(): void;
}

export function copyApp(): AppCopy {
  const tmp = path.join(APP_DIR, '.tmp');
  mkdirSync(tmp, { recursive: true });
  const cwd = mkdtempSync(path.join(tmp, 'copy-'));
  for (const source of SOURCES) cpSync(path.join(APP_DIR, source), path.join(cwd, source), { recursive: true });
  mkdirSync(path.join(cwd, 'public', 'uploads'), { recursive: true });
  return {
    directory: cwd,
    async run(database, config, ...command) {
      const { env } = await createBootEnvironment({ database, config: { ...config } });
      return new Promise((resolve, reject) => {
        const child = execFile(
          process.execPath,
          ['-r', REGISTER, STRAPI, ...command],
          { cwd, env: { ...process.env, ...env, STRAPI_TELEMETRY_DISABLED: 'true' }, timeout: 120_000 },
          (error, stdout, stderr) => {
            if (error) reject(new Error(`strapi ${command.join(' ')}\n${stdout}${stderr}`, { cause: error }));
            else resolve(stdout + stderr);
          },
        );
        child.stdin?.end();
      });
    },
    remove: () => rmSync(cwd, { recursive: true, force: true }),
  };
}
