// In everyday runs the faults that most changes could break; TEST_TIER=full (npm run test:faults, test:full) runs every one and widens the loops.
const QUICK = ['killed-while-sealing', 'duplicates-and-disorder', 'transaction-markers', 'hostile-records'];

module.exports = {
  preset: '../../jest.preset.cjs',
  displayName: 'faults',
  testMatch: process.env.TEST_TIER === 'full' ? ['**/*.spec.ts'] : QUICK.map((name) => `**/${name}.spec.ts`),
};
