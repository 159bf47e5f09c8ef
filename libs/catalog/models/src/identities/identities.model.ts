import { z } from 'zod';

import { defineModel } from '../model/define-model';

/** Grain: (day, from, to). Targets: the person of an anonymous id or e-mail, a person's e-mail, account and company domain. */
export const identityEdgeRow = z.object({
  day: z.iso.date(),
  from_kind: z.enum(['user', 'email', 'anonymous']),
  from_id: z.string().min(1),
  to_kind: z.enum(['user', 'email', 'account', 'domain']),
  to_id: z.string().min(1),
  count: z.int().positive(),
  first_occurred_at: z.string(),
  first_signal_id: z.string(),
  last_occurred_at: z.string(),
  last_signal_id: z.string(),
});

export const identities = defineModel({
  name: 'identities',
  version: 1,
  kind: 'rollup',
  grain: 'local day x pair of identities',
  description:
    'Which identities appeared together in a signal; resolved into people as of each run, never stored into signals.',
  inputs: ['signals'],
  settings: z.strictObject({}),
  row: identityEdgeRow,
  folder: __dirname,
  sql: { build: 'sql/build-day.sql', resolve: 'sql/resolve-identities.sql' },
});
