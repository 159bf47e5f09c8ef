import { ConfigError } from '@millrace/platform-errors';

import { modelsReadBy, type Model, type ModelKind } from './define-model';

export interface GraphNode {
  readonly name: string;
  readonly kind: ModelKind;
  /** Other models. */
  readonly reads: readonly string[];
}

/** Models in an order in which every input comes before its reader. Throws ConfigError for a cycle, an unknown input or a double name. */
export const orderModels = <M extends Model>(models: readonly M[]): M[] =>
  orderNodes(models.map((model) => ({ name: model.name, kind: model.kind, reads: modelsReadBy(model), model }))).map(
    ({ model }) => model,
  );

export function orderNodes<Node extends GraphNode>(nodes: readonly Node[]): Node[] {
  const byName = new Map<string, Node>();
  for (const node of nodes) {
    if (byName.has(node.name)) throw invalid(`Two models are named ${node.name}`, { model: node.name });
    byName.set(node.name, node);
  }
  const ordered: Node[] = [];
  const done = new Set<string>();
  const visit = (node: Node, path: readonly string[]): void => {
    if (done.has(node.name)) return;
    if (path.includes(node.name)) {
      const cycle = [...path.slice(path.indexOf(node.name)), node.name].join(' -> ');
      throw invalid(`The models read each other in a circle: ${cycle}`, { model: node.name });
    }
    for (const input of node.reads) {
      const read = byName.get(input);
      if (read === undefined) {
        throw invalid(`The model ${node.name} reads ${input}, which is not a model`, {
          model: node.name,
          known: [...byName.keys()],
        });
      }
      if (node.kind === 'rollup' && read.kind === 'score') {
        throw invalid(`The rollup ${node.name} reads the score ${input}: rollups come before scores`, {
          model: node.name,
        });
      }
      visit(read, [...path, node.name]);
    }
    done.add(node.name);
    ordered.push(node);
  };
  for (const node of nodes) visit(node, []);
  return ordered;
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): ConfigError {
  return new ConfigError(message, {
    code: 'MODEL_INVALID',
    actor: 'developer',
    advice: 'Look at `inputs` of the models in libs/catalog/models/src',
    details,
  });
}
