module.exports = { preset: '../../../jest.preset.cjs', displayName: 'contract-delivery' };
