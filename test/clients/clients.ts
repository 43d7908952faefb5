import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Program } from './driver';

export const TYPESCRIPT_FOLDER = path.resolve(__dirname, '../../clients/typescript');

/** A client library, and its conformance program. */
export interface Client {
  name: 'typescript';
  program: Program;
  /** A copy that breaks a rule. @param breaks what stands in its code, and what shall stand there */
  broken(mutation: Mutation): { program: Program; remove(): void };
}

/** How a client could break a rule; at least one of the scenarios must notice. */
export interface Mutation {
  name: string;
  /** Scenarios that are tried. */
  scenarios: readonly string[];
  /** Of the conformance program: what it gets in its environment. */
  env?: Record<string, string>;
  /** File of the built client, and what is replaced in it; each must be there once. */
  edits: readonly [file: string, from: string, to: string][];
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the position lies in the keychain',
    scenarios: ['reinstalled'],
    env: { MUTATION: 'position-in-keychain' },
    edits: [],
  },
  {
    name: 'several syncs at a time',
    scenarios: ['push while syncing', 'foreground while woken'],
    edits: [['content-sync.js', 'if (running) {', 'if (false) {']],
  },
  {
    name: 'all wait equally long after a refusal',
    scenarios: ['spread after a refusal'],
    edits: [['requests.js', 'asked + chance *', 'asked + 0 *']],
  },
  {
    name: 'no spread after a push',
    scenarios: ['spread of a herd'],
    edits: [['content-sync.js', 'random() * seconds', '1 * seconds']],
  },
  {
    name: 'goes back in rev',
    scenarios: ['never back'],
    edits: [
      ['feed.js', 'meta.rev < since', 'meta.rev < 0'],
      ['apply.js', 'Math.max(position.rev, page.rev)', 'page.rev'],
    ],
  },
  {
    name: 'the position is stored before the content',
    scenarios: ['killed before storing'],
    edits: [
      [
        'apply.js',
        'isNew = (await applyPage(page, budget)) || isNew;',
        'await write({ position: { epoch: page.epoch, rev: page.rev, scope: page.scope }, walk: null }); isNew = (await applyPage(page, budget)) || isNew;',
      ],
    ],
  },
  {
    name: 'registers at every launch',
    scenarios: ['token rotated'],
    edits: [['registration.js', 'if (!known || known.app !== app) {', 'if (true) {']],
  },
  {
    name: 'takes HTML for "no changes"',
    scenarios: ['html'],
    edits: [
      [
        'requests.js',
        "throw new SyncError('unreadable', 'The answer is no JSON.', { status });",
        'return { data: [], meta: { epoch: "e1", rev: 41 } };',
      ],
    ],
  },
  {
    name: 'does not sweep after a snapshot',
    scenarios: ['position lost', 'snapshot begins again'],
    edits: [['apply.js', 'await stored(handler.finishSnapshot(first.id, null));', '']],
  },
  {
    name: 'asks from its own revision inside a push',
    scenarios: ['since inside the push'],
    edits: [['apply.js', 'isOfPush && push.since <= position.rev ? push.since : position.rev', 'position.rev']],
  },
];

export function typescriptClient(): Client {
  execFileSync(process.execPath, [path.join(TYPESCRIPT_FOLDER, 'build.mjs')], { stdio: 'inherit' });
  const driver = path.join(TYPESCRIPT_FOLDER, 'conformance/driver.mjs');
  const program = (env: Record<string, string> = {}): Program => ({ command: process.execPath, args: [driver], env });
  return {
    name: 'typescript',
    program: program(),
    broken({ edits, env }) {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'mutation-'));
      cpSync(path.join(TYPESCRIPT_FOLDER, 'dist/esm'), folder, { recursive: true });
      writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
      for (const [file, from, to] of edits) {
        const parts = readFileSync(path.join(folder, file), 'utf8').split(from);
        if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times in ${file}.`);
        writeFileSync(path.join(folder, file), parts.join(to));
      }
      return {
        program: program({ ...env, CLIENT: pathToFileURL(path.join(folder, 'index.js')).href }),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  };
}
