import { toMicro } from '../model/decay-table';
import { defineScore } from '../model/define-model';
import { SUM_CHECK, WHOLE_POINTS_SQL } from '../model/points';
import { accountScoreSettings, type AccountScoreSettings } from './account-score.settings';

const params = ({ weights, full, stages }: AccountScoreSettings): Record<string, unknown> => ({
  fit_weight: toMicro(weights.fit),
  engagement_weight: toMicro(weights.engagement),
  intent_weight: toMicro(weights.intent),
  activity_weight: toMicro(weights.activity),
  committee_weight: toMicro(weights.committee),
  full_fit: toMicro(full.fit),
  full_engagement: 3 * toMicro(full.engagement),
  full_intent: toMicro(full.intent),
  full_people: full.people,
  decision: stages.decision,
  consideration: stages.consideration,
  awareness: stages.awareness,
  buying_people: stages.buying_people,
  lost_stages: stages.lost_stages,
});

export const accountScore = defineScore({
  name: 'account_score',
  version: 1,
  kind: 'score',
  entity: 'account',
  grain: 'account',
  description: 'How ready an account is, 0 to 100: fit, engagement, intent, active people, committee; and its stage.',
  inputs: ({ opportunity_look_back_days }: AccountScoreSettings) => ({
    opportunities: { from: 'days', model: 'opportunities', back: opportunity_look_back_days },
    people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
    leads: { from: 'run', model: 'lead_score', pick: 'same_instant', isRequired: true },
    intent: { from: 'run', model: 'intent', pick: 'same_instant' },
    committee: { from: 'run', model: 'buying_committee', pick: 'same_instant' },
    previous: { from: 'run', model: 'account_score', pick: 'own_previous' },
  }),
  settings: accountScoreSettings,
  folder: __dirname,
  fragments: { whole_points: WHOLE_POINTS_SQL },
  score: [
    { sql: 'sql/accounts.sql', into: 'account_score_rows', params },
    { sql: 'sql/rows.sql', into: 'score_rows' },
  ],
  events: { sql: 'sql/events.sql' },
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { score: 'number', stage: 'text', reasons: 'list' },
  qualified: { field: 'stage', values: ['decision', 'purchase'] },
  checks: SUM_CHECK,
  labels: {
    'account.fit': 'Fits who we sell to',
    'account.engagement': 'Its most engaged people',
    'account.intent': 'Reads about our topics',
    'account.activity': 'People are active',
    'account.committee': 'A buying committee is there',
  },
});
