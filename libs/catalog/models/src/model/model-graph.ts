import { ConfigError } from '@millrace/platform-errors';

import { BASE_INPUTS, type ModelKind } from './define-model';

export interface GraphNode {
  readonly name: string;
  readonly kind: ModelKind;
  readonly inputs: readonly string[];
}

/** Models in an order in which every input comes before its reader. Throws ConfigError for a cycle, an unknown input or a double name. */
export function orderModels<Node extends GraphNode>(models: readonly Node[]): Node[] {
  const byName = new Map<string, Node>();
  for (const model of models) {
    if (byName.has(model.name) || isBaseInput(model.name)) {
      throw invalid(`Two models are named ${model.name}`, { model: model.name });
    }
    byName.set(model.name, model);
  }
  const ordered: Node[] = [];
  const done = new Set<string>();
  const visit = (model: Node, path: readonly string[]): void => {
    if (done.has(model.name)) return;
    if (path.includes(model.name)) {
      const cycle = [...path.slice(path.indexOf(model.name)), model.name].join(' -> ');
      throw invalid(`The models read each other in a circle: ${cycle}`, { model: model.name });
    }
    for (const input of model.inputs) {
      if (isBaseInput(input)) continue;
      const read = byName.get(input);
      if (read === undefined) {
        throw invalid(`The model ${model.name} reads ${input}, which is no model and no base input`, {
          model: model.name,
          known: [...BASE_INPUTS, ...byName.keys()],
        });
      }
      if (model.kind === 'rollup' && read.kind === 'score') {
        throw invalid(`The rollup ${model.name} reads the score ${input}: rollups come before scores`, {
          model: model.name,
        });
      }
      visit(read, [...path, model.name]);
    }
    done.add(model.name);
    ordered.push(model);
  };
  for (const model of models) visit(model, []);
  return ordered;
}

const isBaseInput = (name: string): boolean => (BASE_INPUTS as readonly string[]).includes(name);

function invalid(message: string, details: Readonly<Record<string, unknown>>): ConfigError {
  return new ConfigError(message, {
    code: 'MODEL_INVALID',
    actor: 'developer',
    advice: 'Look at `inputs` of the models in libs/catalog/models/src',
    details,
  });
}
