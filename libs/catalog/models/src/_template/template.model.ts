import { z } from 'zod';

import { defineRollup } from '../model/define-model';

const settings = z.strictObject({
  minimum_count: z.int().min(1).default(1).describe('Days with fewer signals are left out.'),
});

/** Copy this folder, rename, and add one line to MODELS in model/model-registry.ts. */
export const templateModel = defineRollup<z.output<typeof settings>>({
  name: 'template_days',
  version: 1,
  kind: 'rollup',
  grain: 'local day x identity',
  description: 'How many signals each identity had on each local day.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings,
  folder: __dirname,
  build: [{ sql: 'sql/build-day.sql', into: 'template_days_rows', params: ({ minimum_count }) => ({ minimum_count }) }],
});
