import { z } from 'zod';

import { defineScore } from '../model/define-model';
import { scheduleSettings } from '../model/schedule-settings';

const settings = z.strictObject({
  schedule: scheduleSettings('0 2 * * *').describe('When the job runs.'),
  precedence: z
    .array(z.string().min(1))
    .default([])
    .describe('Instances whose facts come first, field by field; the others by their newest version.'),
});
type AccountsAsOfSettings = z.output<typeof settings>;

export const accountsAsOf = defineScore({
  name: 'accounts_as_of',
  version: 1,
  kind: 'score',
  entity: 'account',
  grain: 'account',
  description: 'Which accounts there are, and what is known about each, as of the run.',
  inputs: (_settings: AccountsAsOfSettings) => ({ accounts: { from: 'entities', of: 'accounts' } }),
  settings,
  folder: __dirname,
  score: [
    {
      sql: 'sql/accounts.sql',
      into: 'accounts_as_of_rows',
      params: ({ precedence }: AccountsAsOfSettings) => ({ precedence }),
    },
  ],
  rows: { table: 'accounts_as_of_rows', key: ['account_id'] },
  names: 'sql/names.sql',
  publishes: {},
  audience: 'account',
});
