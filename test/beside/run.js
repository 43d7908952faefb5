'use strict';

// npm run test:beside -- [jest's own arguments]: capture beside real plugins of other people, compared with capture
// switched off. The plugins come from the registry, once, into a folder that `npm ci` clears.
const { execFileSync, spawnSync } = require('node:child_process');
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const PLUGINS = ['strapi-plugin-meilisearch@0.16.5', 'strapi-plugin-publisher@2.0.9'];
// Below the repository's own node_modules, so that they find the Strapi that is installed there.
const folder = path.resolve(__dirname, '../../node_modules/.cache/beside');
const installed = path.join(folder, 'node_modules');

if (!existsSync(path.join(installed, '.package-lock.json'))) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', ...PLUGINS], {
    cwd: folder,
    stdio: 'inherit',
  });
}
const jest = require.resolve('jest/bin/jest');
const { status } = spawnSync(process.execPath, [jest, ...process.argv.slice(2), '--selectProjects', 'beside'], {
  stdio: 'inherit',
  env: { ...process.env, PLUGINS_BESIDE: installed },
});
process.exit(status ?? 1);
