import { z } from 'zod';

import { defineRollup } from '../model/define-model';

const settings = z.strictObject({
  types: z
    .array(z.string().min(1))
    .min(1)
    .default(['opportunity_stage_changed'])
    .describe('Signal types that tell of an opportunity that came to a stage.'),
  update_types: z
    .array(z.string().min(1))
    .default(['opportunity_updated'])
    .describe(
      'Signal types that tell its amount and who holds it. The stage that they repeat is not a change of stage.',
    ),
  id_property: z.string().min(1).default('opportunity_id').describe('Property with its id in the system that tells.'),
  stage_property: z.string().min(1).default('stage').describe('Property with the stage that it has from now on.'),
  currency_property: z.string().min(1).default('currency').describe('Property with the currency of its amount.'),
});
type OpportunitiesSettings = z.output<typeof settings>;

export const opportunities = defineRollup<OpportunitiesSettings>({
  name: 'opportunities',
  version: 2,
  kind: 'rollup',
  grain: 'local day x opportunity',
  description: 'The newest stage and amount of each opportunity that a local day tells of.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings,
  folder: __dirname,
  build: [
    {
      sql: 'sql/build-day.sql',
      into: 'opportunities_rows',
      params: ({ types, update_types, id_property, stage_property, currency_property }) => ({
        types,
        update_types,
        id_property,
        stage_property,
        currency_property,
      }),
    },
  ],
});
