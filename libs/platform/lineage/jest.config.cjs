module.exports = { preset: '../../../jest.preset.cjs', displayName: 'platform-lineage' };
