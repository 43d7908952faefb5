'use strict';

const project = {
  testEnvironment: 'node',
  testEnvironmentOptions: { globalsCleanup: 'off' },
  transform: {
    '^.+\\.(ts|tsx|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // jose is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(jose)/)'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/clients/swift/',
    '<rootDir>/test/(app|library)/(dist|build|\\.tmp|\\.strapi)/',
  ],
};

/** @type {import('jest').Config} */
module.exports = {
  // A Strapi takes a few hundred MB. One more than a small machine has cores: much of a test is waiting for answers and leases.
  maxWorkers: 3,
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/unit/**/*.test.{ts,tsx}'],
      setupFilesAfterEnv: ['<rootDir>/test/unit/time-limit.ts'],
    },
    {
      ...project,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/setup.ts',
      setupFilesAfterEnv: ['<rootDir>/test/integration/time-limit.ts'],
    },
    {
      ...project,
      displayName: 'beside',
      testMatch: ['<rootDir>/test/beside/**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/setup.ts',
      setupFilesAfterEnv: ['<rootDir>/test/integration/time-limit.ts'],
    },
    {
      ...project,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
      globalSetup: '<rootDir>/test/integration/setup.ts',
      setupFilesAfterEnv: ['<rootDir>/test/faults/time-limit.ts'],
    },
  ],
};
