module.exports = { preset: '../../../jest.preset.cjs', displayName: 'catalog-models' };
