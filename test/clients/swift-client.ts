import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from './client';
import type { Program } from './driver';
import { replaceOnce, RULES, type Edits, type Rule } from './rules';

const ROOT = path.resolve(__dirname, '../..');
/** Below the repository's root, which is all that the toolchain sees. */
const BUILD = 'clients/swift/.build';
const BROKEN = `${BUILD}/broken`;
const EXAMPLE = `${BUILD}/example`;
const EXAMPLE_PACKAGE = `// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Example",
  platforms: [.iOS(.v15), .macOS(.v12)],
  dependencies: [.package(name: "BackgroundPushClient", path: "../../../..")],
  targets: [.executableTarget(name: "Example", dependencies: [.product(name: "BackgroundPushClient", package: "BackgroundPushClient")])]
)
`;
const LIBRARY = 'clients/swift/Sources/BackgroundPushClient';
const TOOLCHAIN = path.join(ROOT, 'clients/swift/toolchain');

/** In the sources of one copy, which breaks the rule that stands in its environment: `isBroken` is in a file of its own. */
const EDITS: Record<Rule, Edits> = {
  'position-in-keychain': [],
  'several-at-a-time': [
    [
      'ContentSync.swift',
      'if let running, let result = running.result {',
      'if let running, let result = running.result, !isBroken("several-at-a-time") {',
    ],
  ],
  'no-jitter': [['Requests.swift', 'return asked + chance *', 'return asked + (isBroken("no-jitter") ? 0 : chance) *']],
  'no-spread': [
    ['ContentSync.swift', 'random() * push.spread', '(isBroken("no-spread") ? 1 : random()) * push.spread'],
  ],
  'goes-back': [
    ['Feed.swift', 'meta.rev < since', 'meta.rev < (isBroken("goes-back") ? 0 : since)'],
    [
      'Synchronizer.swift',
      'max(position.rev, page.meta.rev)',
      'isBroken("goes-back") ? page.meta.rev : max(position.rev, page.meta.rev)',
    ],
  ],
  'position-first': [
    [
      'Synchronizer.swift',
      'try await apply(page.items, budget)',
      'if isBroken("position-first") { try await states.write(SyncState(position: Position(epoch: page.meta.epoch, rev: page.meta.rev, scope: page.meta.scope))) }\n      try await apply(page.items, budget)',
    ],
  ],
  'always-registers': [
    [
      'Registration.swift',
      'guard let known, known.app == app else {',
      'guard let known, known.app == app, !isBroken("always-registers") else {',
    ],
  ],
  'takes-html': [
    [
      'Requests.swift',
      'guard let json else {',
      'if json == nil && isBroken("takes-html") { return try JSON(data: Data(#"{"data":[],"meta":{"epoch":"e1","rev":41}}"#.utf8)) }\n      guard let json else {',
    ],
  ],
  'no-sweep': [
    [
      'Synchronizer.swift',
      'try await stored { [walk] in try await handler.finish(walk: walk.id, contentType: nil) }',
      'try await stored { [walk] in if !isBroken("no-sweep") { try await handler.finish(walk: walk.id, contentType: nil) } }',
    ],
  ],
  'own-since': [
    [
      'Synchronizer.swift',
      '$0.since <= position.rev ? $0.since : nil',
      '$0.since <= position.rev && !isBroken("own-since") ? $0.since : nil',
    ],
  ],
};

const IS_BROKEN = `import Foundation

func isBroken(_ rule: String) -> Bool { ProcessInfo.processInfo.environment["BROKEN"] == rule }
`;

/** @returns null where there is no toolchain yet: it is made where it must be there, and by hand elsewhere */
export function swiftClient(): Client | null {
  const isThere = spawnSync(TOOLCHAIN, ['--check'], { stdio: 'ignore' }).status === 0;
  if (!isThere && process.env.REQUIRE_SERVICES !== '1') return null;
  const program = (folder: string, env: Record<string, string> = {}): Program => ({
    command: TOOLCHAIN,
    args: [`${folder}/debug/conformance`],
    // A race that is found ends the program, and with it the scenario.
    env: { TSAN_OPTIONS: 'halt_on_error=1', ...env },
  });
  swift(['build', '--build-tests', '--sanitize=thread', '--scratch-path', `${BUILD}/thread`]);
  let isCopied = false;
  return {
    name: 'swift',
    program: program(`${BUILD}/thread`),
    broken(rule) {
      if (!isCopied) buildBroken();
      isCopied = true;
      return program(`${BROKEN}/.build`, { BROKEN: rule });
    },
    checks: [
      { name: 'swift test, with thread sanitizer', run: unitTests },
      { name: 'what uses UIKit, WatchKit, SwiftUI and Security, against declarations', run: appleTypes },
      { name: 'the example app of docs/app-developers.md, against the same', run: example },
      { name: 'swift format lint', run: format },
    ],
    remove: () => undefined,
  };
}

/** @throws what it printed */
function swift(args: readonly string[], env: Record<string, string> = {}): string {
  // The compiler leaves what it put there.
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'swift-'));
  try {
    const given = Object.entries({ ...env, TMPDIR: temporary }).map(([name, value]) => `${name}=${value}`);
    return execFileSync(TOOLCHAIN, ['env', ...given, 'swift', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      // Of a toolchain that is made first, it tells on stderr.
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 2 ** 20,
    });
  } catch (error) {
    throw new Error(`swift ${args[0]}: ${String((error as { stdout?: string }).stdout).slice(-3_000)}`, {
      cause: error,
    });
  }
}

/** All rules in one copy: compiling is what takes long. */
function buildBroken(): void {
  mkdirSync(path.join(ROOT, BROKEN), { recursive: true });
  for (const name of ['Package.swift', 'clients/swift/Sources', 'clients/swift/Tests'])
    cpSync(path.join(ROOT, name), path.join(ROOT, BROKEN, name), { recursive: true });
  writeFileSync(path.join(ROOT, BROKEN, LIBRARY, 'IsBroken.swift'), IS_BROKEN);
  for (const [name, from, to] of Object.keys(RULES).flatMap((rule) => EDITS[rule as Rule])) {
    const file = path.join(ROOT, BROKEN, LIBRARY, name);
    writeFileSync(file, replaceOnce(readFileSync(file, 'utf8'), from, to, name));
  }
  swift(['build', '--product', 'conformance', '--package-path', BROKEN, '--scratch-path', `${BROKEN}/.build`]);
}

function unitTests(): string {
  const report = path.join(ROOT, BUILD, 'tests.xml');
  rmSync(report, { force: true });
  swift([
    'test',
    '--skip-build',
    // Without it there is no report.
    '--parallel',
    '--sanitize=thread',
    ...['--scratch-path', `${BUILD}/thread`],
    ...['--xunit-output', `${BUILD}/tests.xml`],
  ]);
  // A run of no test is none.
  const [, tests = '0'] = /<testsuite [^>]*tests="(\d+)"/.exec(readFileSync(report, 'utf8')) ?? [];
  if (tests === '0') throw new Error('No test was run.');
  return `passed, ${tests} tests`;
}

function appleTypes(): string {
  swift(['build', '--scratch-path', `${BUILD}/stubs`], { APPLE_STUBS: '1' });
  return 'passed';
}

/** A package beside ours, of the two files that the document shows. */
function example(): string {
  const document = readFileSync(path.join(ROOT, 'docs/app-developers.md'), 'utf8');
  const files = [...document.matchAll(/^```swift\n\/\/ (\w+\.swift)\n([\s\S]*?)^```/gm)];
  if (files.length === 0) throw new Error('docs/app-developers.md shows no file in Swift.');
  const folder = path.join(ROOT, EXAMPLE, 'Sources/Example');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [, name, text] of files) writeFileSync(path.join(folder, name!), text!);
  writeFileSync(path.join(ROOT, EXAMPLE, 'Package.swift'), EXAMPLE_PACKAGE);
  swift(['build', '--package-path', EXAMPLE, '--scratch-path', `${EXAMPLE}/.build`], { APPLE_STUBS: '1' });
  return `passed, ${files.map(([, name]) => name).join(' and ')}`;
}

function format(): string {
  const folders = ['Sources', 'Tests'].map((name) => `clients/swift/${name}`);
  const configuration = ['--configuration', 'clients/swift/.swift-format'];
  swift(['format', 'lint', '--strict', ...configuration, '--recursive', 'Package.swift', ...folders]);
  return 'passed';
}
