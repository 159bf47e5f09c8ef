// One Jest preset for every project: SWC transforms, libraries are resolved to their sources, only src is searched
// (dist holds compiled copies of the specs).
const { join } = require('node:path');

module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@millrace/source', 'node', 'node-addons'] },
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.spec.ts'],
  // Long or wide: other languages' clients, browsers, every fault. `npm run test:full` runs them.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.TEST_TIER === 'full' ? [] : ['\\.full\\.spec\\.ts$'])],
  transform: {
    '^.+\\.ts$': [
      require.resolve('@swc/jest'),
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // A test asserts no times: this bound only ends one that hangs, and a busy machine takes five times longer than an idle one. Those
  // with more to do say their own.
  testTimeout: 300_000,
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  cacheDirectory: join(__dirname, 'node_modules/.cache/jest'),
};
