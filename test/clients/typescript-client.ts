import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from './client';
import type { Program } from './driver';
import { compileExamples } from './examples';
import { lateJoinerProblem } from './late-joiner';
import { tryPacked } from './packed';
import { replaceOnce, type Edits, type Rule } from './rules';

const FOLDER = path.resolve(__dirname, '../../clients/typescript');

/** In the built client; the conformance program breaks the first by itself. */
const EDITS: Record<Rule, Edits> = {
  'position-in-keychain': [],
  'several-at-a-time': [['content-sync.js', 'if (running) {', 'if (false) {']],
  'no-jitter': [['requests.js', 'asked + chance *', 'asked + 0 *']],
  'no-spread': [['content-sync.js', 'random() * seconds', '1 * seconds']],
  'goes-back': [
    ['feed.js', 'meta.rev < since', 'meta.rev < 0'],
    ['apply.js', 'Math.max(position.rev, page.rev)', 'page.rev'],
  ],
  'position-first': [
    [
      'apply.js',
      'isNew = (await applyPage(page, budget)) || isNew;',
      'await write({ position: { epoch: page.epoch, rev: page.rev, scope: page.scope }, walk: null }); isNew = (await applyPage(page, budget)) || isNew;',
    ],
  ],
  'always-registers': [['registration.js', 'if (!known || known.app !== app) {', 'if (true) {']],
  'takes-html': [
    [
      'requests.js',
      "throw new SyncError('unreadable', 'The answer is no JSON.', { status });",
      'return { data: [], meta: { epoch: "e1", rev: 41 } };',
    ],
  ],
  'no-sweep': [['apply.js', 'await stored(handler.finishSnapshot(first.id, null));', '']],
  'own-since': [['apply.js', 'isOfPush && push.since <= position.rev ? push.since : position.rev', 'position.rev']],
};

/** Builds it. */
export function typescriptClient(): Client {
  execFileSync(process.execPath, [path.join(FOLDER, 'build.mjs')], { stdio: 'inherit' });
  const copies: string[] = [];
  const program = (env: Record<string, string> = {}): Program => ({
    command: process.execPath,
    args: [path.join(FOLDER, 'conformance/driver.mjs')],
    env,
  });
  return {
    name: 'typescript',
    program: program(),
    broken(rule) {
      const copy = mkdtempSync(path.join(os.tmpdir(), 'broken-'));
      copies.push(copy);
      cpSync(path.join(FOLDER, 'dist/esm'), copy, { recursive: true });
      writeFileSync(path.join(copy, 'package.json'), '{ "type": "module" }');
      for (const [name, from, to] of EDITS[rule]) {
        const file = path.join(copy, name);
        writeFileSync(file, replaceOnce(readFileSync(file, 'utf8'), from, to, name));
      }
      return program({ BROKEN: rule, CLIENT: pathToFileURL(path.join(copy, 'index.js')).href });
    },
    checks: [
      { name: 'a sync while the one before only reports', run: lateJoiner },
      { name: 'npm pack, installed: import, require, types', run: packed },
      {
        name: 'the examples for Expo, with React Native’s types, and the web',
        run: () => `passed, ${compileExamples(FOLDER)}`,
      },
    ],
    remove() {
      for (const copy of copies) rmSync(copy, { recursive: true, force: true });
    },
  };
}

async function lateJoiner(): Promise<string> {
  const problem = await lateJoinerProblem(FOLDER);
  if (problem) throw new Error(problem);
  return 'passed';
}

function packed(): string {
  const { problems, gzippedBytes } = tryPacked(FOLDER);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return `passed, ${gzippedBytes} bytes gzipped`;
}
