module.exports = { preset: '../../../jest.preset.cjs', displayName: 'contract-window' };
