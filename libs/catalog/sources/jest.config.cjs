module.exports = { preset: '../../../jest.preset.cjs', displayName: 'catalog-sources' };
