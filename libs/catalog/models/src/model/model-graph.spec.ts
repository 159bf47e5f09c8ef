import { orderNodes, type GraphNode } from './model-graph';

const node = (name: string, reads: string[], kind: GraphNode['kind'] = 'rollup'): GraphNode => ({ name, reads, kind });
const names = (models: readonly GraphNode[]): string[] => orderNodes(models).map((model) => model.name);

describe('orderNodes', () => {
  it('puts every input before its reader', () => {
    expect(names([node('score', ['days'], 'score'), node('days', [])])).toEqual(['days', 'score']);
  });

  it.each([
    { name: 'a cycle', models: [node('a', ['b']), node('b', ['c']), node('c', ['a'])], message: /a -> b -> c -> a/ },
    { name: 'itself as input', models: [node('a', ['a'])], message: /a -> a/ },
    { name: 'an unknown input', models: [node('a', ['signalz'])], message: /a reads signalz/ },
    { name: 'two of a name', models: [node('a', []), node('a', [])], message: /Two models are named a/ },
    {
      name: 'a rollup over a score',
      models: [node('s', [], 'score'), node('a', ['s'])],
      message: /rollup a reads the score s/,
    },
  ])('refuses $name as a ConfigError', ({ models, message }) => {
    expect(() => orderNodes(models)).toThrow(expect.objectContaining({ name: 'ConfigError', code: 'MODEL_INVALID' }));
    expect(() => orderNodes(models)).toThrow(message);
  });
});
