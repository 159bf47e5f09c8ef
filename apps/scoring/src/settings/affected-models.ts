import type { Model } from '@millrace/catalog-models';

/** Names of the models that read the model or borrow its settings, directly or by way of others, in the order of the list. */
export function affectedModels(
  name: string,
  models: readonly Model[],
  settingsOf: (model: Model) => object,
): readonly string[] {
  const namesIn = (model: Model): readonly string[] => [
    ...Object.values(model.inputs(settingsOf(model))).flatMap((input) => ('model' in input ? [input.model] : [])),
    ...Object.values(model.borrows ?? {}).map((lender) => lender.name),
  ];
  const affected = new Set([name]);
  for (let before = 0; before !== affected.size;) {
    before = affected.size;
    for (const model of models) if (namesIn(model).some((one) => affected.has(one))) affected.add(model.name);
  }
  affected.delete(name);
  return models.map((model) => model.name).filter((one) => affected.has(one));
}
