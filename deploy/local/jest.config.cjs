module.exports = { preset: '../../jest.preset.cjs', displayName: 'local-stack' };
