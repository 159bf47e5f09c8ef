import { defineScore } from '../model/define-model';
import { SUM_CHECK, WHOLE_POINTS_SQL } from '../model/points';
import { concernsContribution, REASON_LABELS, settingsParams, trialParams, weightRows } from './lead-score-params';
import { leadScoreSettings, type LeadScoreSettings } from './lead-score.settings';

export const leadScore = defineScore({
  name: 'lead_score',
  version: 5,
  kind: 'score',
  entity: 'person',
  grain: 'identified person',
  description:
    'How ready a person is for sales, 0 to 100: engagement, rfm, intent, fit, negatives, each point with its reason.',
  inputs: ({ look_back_days, state_look_back_days }: LeadScoreSettings) => ({
    days: { from: 'days', model: 'person_days', back: Math.max(look_back_days, state_look_back_days) },
    account_days: { from: 'days', model: 'account_days', back: state_look_back_days },
    people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
    rfm: { from: 'run', model: 'rfm', pick: 'same_instant' },
    intent: { from: 'run', model: 'intent', pick: 'same_instant' },
    previous: { from: 'run', model: 'lead_score', pick: 'own_previous' },
  }),
  settings: leadScoreSettings,
  folder: __dirname,
  fragments: { whole_points: WHOLE_POINTS_SQL },
  stage: [
    { rows: weightRows, into: 'lead_score_weights' },
    {
      sql: 'sql/days.sql',
      into: 'lead_score_days',
      params: ({ look_back_days }: LeadScoreSettings) => ({ look_back_days }),
    },
    { sql: 'sql/account-trials.sql', into: 'lead_score_trials', params: trialParams },
    { sql: 'sql/accounts.sql', into: 'lead_score_accounts', params: settingsParams },
  ],
  chunks: 'sql/chunks.sql',
  score: [
    { sql: 'sql/score.sql', into: 'lead_score_scored', params: settingsParams },
    { sql: 'sql/states.sql', into: 'lead_score_states' },
    { sql: 'sql/rows.sql', into: 'score_rows' },
  ],
  events: { sql: 'sql/events.sql' },
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: { score: 'number', grade: 'text', stage: 'text', reasons: 'list' },
  qualified: { field: 'stage', values: ['mql', 'pql'] },
  checks: SUM_CHECK,
  labels: REASON_LABELS,
  explain: {
    remarks: { sql: 'sql/remarks.sql', params: ({ grades }) => ({ known_facts: grades.known_facts }) },
    dailyCap: ({ engagement }, component, signalClass) =>
      component === 'engagement'
        ? (engagement?.classes as Readonly<Record<string, { daily_cap: number }>> | undefined)?.[signalClass]?.daily_cap
        : undefined,
    concerns: concernsContribution,
  },
});
