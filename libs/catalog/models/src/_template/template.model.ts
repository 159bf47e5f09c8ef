import { z } from 'zod';

import { defineModel } from '../model/define-model';

/** Copy this folder, rename, add one line to MODELS in model/model-registry.ts and a migration in apps/scoring. */
export const templateModel = defineModel({
  name: 'template_days',
  version: 1,
  kind: 'rollup',
  grain: 'local day x identity',
  description: 'How many signals each identity had on each local day.',
  inputs: ['signals'],
  settings: z.strictObject({
    minimum_count: z.int().min(1).default(1).describe('Days with fewer signals are left out.'),
  }),
  row: z.object({ day: z.iso.date(), identity: z.string(), count: z.int().positive() }),
  folder: __dirname,
  sql: { build: 'sql/build-day.sql' },
});
