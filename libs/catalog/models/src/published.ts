import type { Published } from '@millrace/contract-score';

import { MODELS } from './model/model-registry';

/** What score models publish, by model: destinations name a field as `<model>.<field>`. */
export const PUBLISHED: Readonly<Record<string, Published>> = Object.fromEntries(
  MODELS.flatMap((model) =>
    model.kind === 'score' && Object.keys(model.publishes).length > 0
      ? [[model.name, { entity: model.entity, fields: model.publishes }]]
      : [],
  ),
);
