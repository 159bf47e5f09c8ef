import { orderModels, type GraphNode } from './model-graph';

const node = (name: string, inputs: string[], kind: GraphNode['kind'] = 'rollup'): GraphNode => ({
  name,
  inputs,
  kind,
});
const names = (models: readonly GraphNode[]): string[] => orderModels(models).map((model) => model.name);

describe('orderModels', () => {
  it('puts every input before its reader', () => {
    expect(names([node('score', ['days'], 'score'), node('days', ['signals'])])).toEqual(['days', 'score']);
  });

  it.each([
    { name: 'a cycle', models: [node('a', ['b']), node('b', ['c']), node('c', ['a'])], message: /a -> b -> c -> a/ },
    { name: 'itself as input', models: [node('a', ['a'])], message: /a -> a/ },
    { name: 'an unknown input', models: [node('a', ['signalz'])], message: /a reads signalz/ },
    { name: 'two of a name', models: [node('a', []), node('a', [])], message: /Two models are named a/ },
    { name: 'the name of a base input', models: [node('people', [])], message: /Two models are named people/ },
    {
      name: 'a rollup over a score',
      models: [node('s', [], 'score'), node('a', ['s'])],
      message: /rollup a reads the score s/,
    },
  ])('refuses $name as a ConfigError', ({ models, message }) => {
    expect(() => orderModels(models)).toThrow(expect.objectContaining({ name: 'ConfigError', code: 'MODEL_INVALID' }));
    expect(() => orderModels(models)).toThrow(message);
  });
});
