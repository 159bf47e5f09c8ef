// In everyday runs the faults that most changes could break; FAULTS=all (npm run test:faults) runs every one and widens the loops.
const QUICK = [
  'check-invariants',
  'killed-while-sealing',
  'duplicates-and-disorder',
  'transaction-markers',
  'hostile-records',
  'clickhouse-replies-lost',
];

module.exports = {
  preset: '../../jest.preset.cjs',
  displayName: 'faults',
  testMatch: process.env.FAULTS === 'all' ? ['**/*.spec.ts'] : QUICK.map((name) => `**/${name}.spec.ts`),
};
