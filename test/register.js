'use strict';

// A require hook: `node -r ./test/register.js file.ts`, or `require('…/register')` first, and TypeScript can be required.
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

for (const extension of ['.ts', '.tsx']) {
  require.extensions[extension] = (module, filename) => {
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      filename,
      swcrc: false,
      sourceMaps: 'inline',
      module: { type: 'commonjs' },
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', tsx: extension === '.tsx' },
        transform: { react: { runtime: 'automatic' } },
      },
    });
    module._compile(code, filename);
  };
}
