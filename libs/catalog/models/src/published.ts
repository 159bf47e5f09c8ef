import type { Published } from '@millrace/contract-score';

import { MODELS } from './model/model-registry';

export { LOADABLE_VIEWS, type LoadableView } from './loadable-views';

/** What score models publish, by model: destinations name a field as `<model>.<field>`. */
export const PUBLISHED: Readonly<Record<string, Published>> = Object.fromEntries(
  MODELS.flatMap((model) =>
    model.kind === 'score' && Object.keys(model.publishes).length > 0
      ? [[model.name, { entity: model.entity, fields: model.publishes }]]
      : [],
  ),
);

/** The table that holds a score model's rows, by model: where lineage says that a plan's values come from. */
export const ROW_TABLES: Readonly<Record<string, string>> = Object.fromEntries(
  MODELS.flatMap((model) => (model.kind === 'score' ? [[model.name, model.rows.table]] : [])),
);

/** The model whose runs say who exists, of people and of accounts. */
export const AUDIENCES: Readonly<Record<'person' | 'account', string>> = {
  person: audienceOf('person'),
  account: audienceOf('account'),
};

function audienceOf(entity: 'person' | 'account'): string {
  const [first, ...others] = MODELS.filter((model) => model.kind === 'score' && model.audience === entity);
  if (first === undefined || others.length > 0) {
    throw new Error(`exactly one model must say which ${entity} there are, by its \`audience\``);
  }
  return first.name;
}
