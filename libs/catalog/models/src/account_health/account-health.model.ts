import { defineScore } from '../model/define-model';
import { deviationParams, healthParams, measureParams, weekParams, weightParams } from './account-health-params';
import { accountHealthSettings, type AccountHealthSettings } from './account-health.settings';

export const accountHealth = defineScore({
  name: 'account_health',
  version: 1,
  kind: 'score',
  entity: 'account',
  grain: 'account that is a customer or uses the product',
  description: 'How well an account does, 0 to 100, by the week: use, trend, breadth, support, payment, engagement.',
  inputs: ({ look_back_days }: AccountHealthSettings) => ({
    days: { from: 'days', model: 'account_days', back: look_back_days },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
    previous: { from: 'run', model: 'account_health', pick: 'own_previous' },
  }),
  settings: accountHealthSettings,
  folder: __dirname,
  stage: [
    { sql: 'sql/measures.sql', into: 'account_health_measures', params: measureParams },
    { sql: 'sql/deviations.sql', into: 'account_health_deviations', params: deviationParams },
  ],
  score: [
    { sql: 'sql/accounts.sql', into: 'account_health_rows', params: healthParams },
    { sql: 'sql/rows.sql', into: 'score_rows', params: weightParams },
  ],
  events: { sql: 'sql/events.sql', params: weekParams },
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { score: 'number', band: 'text', at_risk: 'text', coverage: 'number', reasons: 'list' },
  qualified: { field: 'band', values: ['green'] },
  checks: {
    'scores that are not the sum of their contributions': 'sql/broken-sums.sql',
    'bands of accounts of which too little is known': 'sql/broken-bands.sql',
  },
  labels: {
    'health.usage': 'Use of the week against what is usual',
    'health.trend': 'Use of 4 weeks against the 8 before',
    'health.breadth': 'Licensed people are active',
    'health.support': 'Tickets',
    'health.payment': 'Payments',
    'health.engagement': 'Contact in both directions',
  },
});
