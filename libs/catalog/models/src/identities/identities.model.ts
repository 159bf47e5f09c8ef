import { z } from 'zod';

import { defineRollup } from '../model/define-model';

export const identities = defineRollup({
  name: 'identities',
  version: 2,
  kind: 'rollup',
  grain: 'local day x pair of identities',
  description: 'Which identities appeared together in a signal; people_as_of resolves them, as of each run.',
  inputs: () => ({ signals: { from: 'signals' } }),
  settings: z.strictObject({}),
  folder: __dirname,
  build: [{ sql: 'sql/build-day.sql', into: 'identities_rows' }],
});
