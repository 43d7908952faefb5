'use strict';

/** What the server and the panel say to each other; at the bottom, because it imports nothing. */
const CONTRACT = 'server/admin-api/contract/';
/** Any room may throw these, name these types, hold names to the one rule, and ask for the assembled rooms. */
const SHARED = [CONTRACT, 'server/user-error\\.ts', 'server/name-rule\\.ts', 'server/services\\.ts'];
const ACTS = 'server/acts/';
const DOMAINS = [ACTS, ...['apps', 'triggers', 'devices', 'alarms'].map((name) => `server/${name}/`)];
/** The words of the product (environments, actions, row types): the part of the store that routes may name. */
const WORDS = 'server/store/tables\\.ts';
/** Whatever leaves a route is logged by Strapi, and must not say the values of a statement. */
const ERRORS = 'server/store/database-error\\.ts';
const FRONT = ['server/http/', WORDS, ERRORS];
const TYPES = '^server/config/';
/** Who shows what: the pipeline is handed it, and does not look by itself. */
const CONTENT = '^server/content/';
/** What people call an entry: handed over as well. */
const ENTRIES = '^server/entries/';

/** Above devices, which it reads. */
const FRESHNESS = 'server/freshness/';

const BELOW_PIPELINE = [...DOMAINS, FRESHNESS, 'server/feed/', 'server/store/', 'server/apns/'];
/** Of the pipeline: what knows none of its sub-rooms. */
const LEAVES = ['bell', 'complaint', 'failpoint', 'copy-guard'].map((name) => `server/pipeline/${name}\\.ts`);
/** Sub-room of the pipeline → the sub-rooms whose code it may run: the way of the data, and never back. */
const PIPELINE = {
  log: [],
  push: [],
  launch: ['push'],
  outcomes: ['push'],
  dispatchers: [],
  deliver: ['push', 'outcomes', 'launch', 'dispatchers'],
  control: ['push', 'launch', 'deliver'],
  overview: ['push', 'launch', 'deliver'],
  forecast: ['log', 'launch'],
};

/**
 * Room → the rooms below it, as the architecture says it. `types`: what it may name as a type only; `below`: rooms whose
 * code it may also run.
 */
const ROOMS = {
  'server/apns/': { below: [], shared: [] },
  'server/store/': { below: [] },
  'server/feed/': { below: ['server/store/', 'server/apns/'] },
  // Whatever an administrator may change writes down who did it.
  'server/acts/': { below: ['server/store/'] },
  'server/apps/': { below: [ACTS, 'server/store/', 'server/apns/'] },
  'server/triggers/': { below: [ACTS, 'server/store/', 'server/apns/'] },
  'server/devices/': { below: [ACTS, 'server/store/', 'server/apns/'] },
  [FRESHNESS]: { below: ['server/devices/', 'server/store/'] },
  // Knows nothing of the plugin's own tables.
  'server/entries/': { below: [] },
  'server/events/': { below: ['server/store/'] },
  'server/alarms/': { below: ['server/store/', 'server/apns/'] },
  'server/pipeline/': { below: BELOW_PIPELINE, types: [TYPES, CONTENT, ENTRIES] },
  ...Object.fromEntries(
    Object.entries(PIPELINE).map(([name, below]) => [
      `server/pipeline/${name}/`,
      {
        below: [...below.map((other) => `server/pipeline/${other}/`), ...LEAVES, ...BELOW_PIPELINE],
        types: [TYPES, CONTENT, ENTRIES, '^server/pipeline/'],
      },
    ]),
  ),
  'server/retention/': { below: ['server/store/'], types: [TYPES] },
  'server/content/': { below: ['server/store/', 'server/feed/'] },
  'server/admin-api/': {
    below: [...DOMAINS, 'server/feed/', 'server/pipeline/control', ...FRONT],
    types: ['^server/'],
  },
  'server/content-api/': {
    below: [...DOMAINS, FRESHNESS, 'server/feed/', 'server/content/', 'server/pipeline/control', ...FRONT],
    types: ['^server/'],
  },
  // What both kinds of routes share.
  'server/http/': { below: [] },
  'server/config/': { below: [...DOMAINS, 'server/feed/', 'server/store/', 'server/apns/'] },
  [CONTRACT]: { below: [], shared: [] },
  'admin/': { below: [CONTRACT], shared: [] },
  'test/simulator/': { below: ['test/register\\.js'], shared: [] },
  // The two entries: one line each.
  'strapi-server\\.ts': { below: ['server/index\\.ts'], shared: [] },
  'strapi-admin\\.ts': { below: ['admin/index\\.ts'], shared: [] },
};

const OURS = '^(server|admin|test|clients)/|^strapi-(server|admin)\\.ts';

const nameOf = (room) =>
  room
    .replace(/[\\/]|\.ts/g, ' ')
    .trim()
    .replace(/ /g, '-');

const rooms = Object.entries(ROOMS).flatMap(([room, { below, shared = SHARED, types = [] }]) => {
  const allowed = [room, ...below, ...shared].map((path) => `^${path}`);
  const rule = (suffix, to) => ({
    name: `${nameOf(room)}-imports-only-what-is-below${suffix}`,
    severity: 'error',
    from: { path: `^${room}` },
    to,
  });
  if (types.length === 0) return [rule('', { path: OURS, pathNot: allowed })];
  return [
    rule('', { path: OURS, pathNot: allowed, dependencyTypesNot: ['type-only'] }),
    rule('-types', { path: OURS, pathNot: [...allowed, ...types], dependencyTypes: ['type-only'] }),
  ];
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...rooms,
    {
      name: 'no-cycles',
      comment: 'Types too: what two files need lies in a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-shipped-imports-tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'server-and-admin-are-strangers',
      comment: 'They meet at the admin API only, by its contract.',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^admin/' },
    },
    {
      name: 'only-what-the-package-declares',
      comment:
        'What is shipped may import dependencies and peers, never a development tool or a guest of node_modules.',
      severity: 'error',
      from: { path: '^(server|admin|strapi-)' },
      to: {
        pathNot: '^\\.',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        dependencyTypesNot: ['npm', 'npm-peer', 'type-only'],
      },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, path: '^\\.' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
