import { toMicro } from '../model/decay-table';
import { defineScore } from '../model/define-model';
import { SUM_CHECK, WHOLE_POINTS_SQL } from '../model/points';
import { buyingCommitteeSettings, type BuyingCommitteeSettings } from './buying-committee.settings';

const params = ({ engaged_from, engaged, roles }: BuyingCommitteeSettings): Record<string, unknown> => ({
  engaged_micro: toMicro(engaged_from),
  engaged_points_micro: toMicro(engaged.points),
  full_at: engaged.full_at,
  role_points_micro: toMicro(roles.points),
  required_roles: roles.required,
});

export const buyingCommittee = defineScore({
  name: 'buying_committee',
  version: 1,
  kind: 'score',
  entity: 'account',
  grain: 'account with an active person',
  description: 'Whether an account has the people who decide a purchase: how many are engaged, which roles are there.',
  inputs: (_settings: BuyingCommitteeSettings) => ({
    people: { from: 'run', model: 'people_as_of', pick: 'same_instant', isRequired: true },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
    leads: { from: 'run', model: 'lead_score', pick: 'same_instant', isRequired: true },
    previous: { from: 'run', model: 'buying_committee', pick: 'own_previous' },
  }),
  settings: buyingCommitteeSettings,
  folder: __dirname,
  fragments: { whole_points: WHOLE_POINTS_SQL },
  score: [
    { sql: 'sql/accounts.sql', into: 'buying_committee_rows', params },
    { sql: 'sql/rows.sql', into: 'score_rows' },
  ],
  rows: { table: 'score_rows', key: ['entity_id'] },
  publishes: {
    score: 'number',
    engaged: 'number',
    momentum: 'number',
    roles: 'list',
    missing_roles: 'list',
    reasons: 'list',
  },
  checks: SUM_CHECK,
  labels: { 'committee.engaged': 'People are engaged', 'committee.roles': 'Required roles are there' },
});
