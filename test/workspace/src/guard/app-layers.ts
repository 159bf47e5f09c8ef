import type { ModuleGraph } from './module-graph';

const BASE = ['config', 'metrics', 'deployment'] as const;
const DOMAIN = [...BASE, 'connections', 'feature'] as const;

/** The places of a service (apps/README.md draws them) and what each may import of its own app. */
const LAYERS = {
  config: [],
  metrics: ['config'],
  deployment: ['config'],
  connections: [...BASE, 'connections'],
  feature: DOMAIN,
  commands: [...DOMAIN, 'commands'],
  cli: [...DOMAIN, 'commands'],
  module: DOMAIN,
  topology: [...DOMAIN, 'module'],
  main: ['config', 'topology'],
} as const satisfies Record<string, readonly string[]>;

export type Layer = keyof typeof LAYERS;

const PLACES: readonly (readonly [RegExp, Layer])[] = [
  [/^app\.config\.ts$/, 'config'],
  [/^metrics\.ts$/, 'metrics'],
  [/^deployment\.ts$/, 'deployment'],
  [/^connections\//, 'connections'],
  [/^commands\//, 'commands'],
  [/^cli\.ts$/, 'cli'],
  [/^app\.module\.ts$/, 'module'],
  [/^topology\.ts$/, 'topology'],
  [/^main\.ts$/, 'main'],
];

/** The place of a file of an app; every other folder is a feature. */
export function layerOf(path: string): Layer {
  const below = path.replace(/^apps\/[^/]+\/src\//, '');
  return PLACES.find(([place]) => place.test(below))?.[1] ?? 'feature';
}

const COMMAND_LINE = ['commander', '@millrace/platform-commands'];

/** Imports of one app's files that go against the order, as `from > to`; the command line's libraries are for commands. */
export const wrongWay = (graph: ModuleGraph): string[] =>
  [...graph].flatMap(([from, imports]) => {
    const allowed: readonly string[] = LAYERS[layerOf(from)];
    const isWrong = (to: string): boolean =>
      graph.has(to) ? !allowed.includes(layerOf(to)) : COMMAND_LINE.includes(to) && !allowed.includes('commands');
    return imports.filter(isWrong).map((to) => `${from} > ${to}`);
  });
