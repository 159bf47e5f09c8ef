import { scoreRowSchema } from '@millrace/contract-score';

import { defineModel } from '../model/define-model';
import { leadScoreSettings } from './lead-score.settings';

export const leadScore = defineModel({
  name: 'lead_score',
  version: 2,
  kind: 'score',
  grain: 'identified person',
  description: 'How ready a person is for sales, 0 to 100: engagement, fit and negatives, each point with its reason.',
  inputs: ['person_days', 'identities', 'people', 'accounts'],
  settings: leadScoreSettings,
  row: scoreRowSchema,
  folder: __dirname,
  sql: {
    emailDomains: 'sql/email-domains.sql',
    population: 'sql/population.sql',
    accounts: 'sql/account-trials.sql',
    score: 'sql/score.sql',
  },
});
