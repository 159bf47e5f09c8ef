// Every project's tests in one run; `npm run test:unit` and `nx test <project>` run parts of them.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const GROUPS = ['apps', 'libs', 'libs/contracts', 'libs/catalog', 'libs/platform', 'deploy', 'test'];

module.exports = {
  // Jest reads it here when several projects run, from the preset when one does.
  testTimeout: require('./jest.preset.cjs').testTimeout,
  projects: GROUPS.flatMap((group) =>
    readdirSync(join(__dirname, group)).map((name) => join(__dirname, group, name)),
  ).filter((folder) => existsSync(join(folder, 'jest.config.cjs'))),
};
