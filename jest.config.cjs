// Every project's tests in one run; `npm run test:unit` and `nx test <project>` run parts of them.
module.exports = {
  projects: ['apps/*', 'libs/*/*', 'deploy/*', 'test/*'].map((glob) => `<rootDir>/${glob}/jest.config.cjs`),
};
