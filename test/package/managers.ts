/** The package managers that the tarball is tried with: what each is fetched as, and where it wants its settings. */
export interface PackageManager {
  /** Name and version, for people. */
  title: string;
  /** The command that installs. */
  install: readonly [command: string, ...args: string[]];
  /** What the app's package.json needs beside its dependencies. */
  manifest(overrides: Overrides): Record<string, unknown>;
  /** Files of its own in the app: name and content. */
  files(overrides: Overrides): Record<string, string>;
}

/** Versions that stand in for what dependencies ask for. */
export type Overrides = Record<string, string>;

const PNPM = 'pnpm@12.21.0';
const YARN_1 = 'yarn@1.22.22';
const YARN_4 = '@yarnpkg/cli-dist@4.18.1';

/** What must run a script when it is installed, for managers that run none unasked. */
const BUILDS = ['better-sqlite3', 'esbuild', '@swc/core'];

const builds = <Value>(value: Value) => Object.fromEntries(BUILDS.map((name) => [name, value]));

export const MANAGERS = {
  npm: {
    title: 'npm',
    install: ['npm', 'install', '--no-audit', '--no-fund'],
    manifest: (overrides) => ({ overrides }),
    files: () => ({}),
  },
  pnpm: {
    title: PNPM,
    install: ['npx', '--yes', PNPM, 'install'],
    manifest: () => ({}),
    // Strict: no package sees what it does not declare. JSON is YAML too.
    files: (overrides) => ({
      'pnpm-workspace.yaml': JSON.stringify({
        overrides,
        // Each that asks must have its answer.
        allowBuilds: { ...builds(true), 'core-js-pure': false },
        strictPeerDependencies: true,
        // Strapi's own: it brings CodeMirror 5 beside a component for 6.
        peerDependencyRules: { allowedVersions: { '@uiw/react-codemirror>codemirror': '5' } },
      }),
    }),
  },
  yarn1: {
    title: YARN_1,
    // Yarn 1 alone takes `engines` for an order, and Strapi asks for a preferred-pm that wants a newer Node.js than Strapi.
    install: ['npx', '--yes', YARN_1, 'install', '--non-interactive', '--ignore-engines'],
    manifest: (overrides) => ({ resolutions: overrides }),
    files: () => ({}),
  },
  yarn4: {
    title: YARN_4,
    install: ['npx', '--yes', YARN_4, 'install', '--no-immutable'],
    manifest: (overrides) => ({ resolutions: overrides, dependenciesMeta: builds({ built: true }) }),
    files: () => ({ '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n', 'yarn.lock': '' }),
  },
} as const satisfies Record<string, PackageManager>;

export type ManagerName = keyof typeof MANAGERS;
export const MANAGER_NAMES = Object.keys(MANAGERS) as ManagerName[];
