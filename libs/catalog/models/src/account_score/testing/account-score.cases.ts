import { defineCases } from '../../testing/model-case';

/** Points of a person; `raw`: of the last 30 days. */
const lead = (
  entity_id: string,
  account_id: string,
  {
    fit = 0,
    engagement = 0,
    raw = 0,
    buys = false,
  }: { fit?: number; engagement?: number; raw?: number; buys?: boolean },
) => ({
  entity_id,
  account_id,
  fit_micro: fit * 1e6,
  engagement_micro: engagement * 1e6,
  active_raw_micro: raw * 1e6,
  has_buying_signal: buys,
});
const NO_PERSON = { lead_score_states: [] };
const tells = (opportunity_id: string, day: string, stage: string, more: object) => ({
  day,
  topic: 'signals.crm.v1',
  opportunity_id,
  stage,
  stage_at: `${day}T12:00:00Z`,
  last_occurred_at: `${day}T12:00:00Z`,
  ...more,
});

export const cases = defineCases([
  {
    name: 'fit 27, engagements 36.5, 20, 10, 5, intent 12.5, 4 active, committee 70: 73.729',
    asOfDate: '2026-03-10',
    given: {
      accounts: [{ account_id: 'acme', tier: 'enterprise' }],
      leads: {
        lead_score_states: [
          lead('u1', 'acme', { fit: 12, engagement: 20, raw: 20 }),
          lead('u2', 'acme', { fit: 27, engagement: 5, raw: 1 }),
          lead('u3', 'acme', { engagement: 36.5, raw: 300 }),
          lead('u4', 'acme', { engagement: 10, raw: 0.000001 }),
          lead('u5', 'acme', {}),
        ],
        lead_score_accounts: [{ account_id: 'acme', fit_micro: 30e6 }],
      },
      intent: { intent_rows: [{ account_id: 'acme', points_micro: 12_500_000 }] },
      committee: { buying_committee_rows: [{ account_id: 'acme', engaged_micro: 50e6, roles_micro: 20e6 }] },
    },
    expected: [
      {
        entity_id: 'acme',
        entity_kind: 'account',
        score: 74,
        previous_score: null,
        stage: 'consideration',
        previous_stage: null,
        tier: 'enterprise',
        score_reasons: [
          'Fits who we sell to (+32 points).',
          'Its most engaged people count (+14 points).',
          '4 people are active (+12 points).',
        ],
        values: { stage: 'consideration' },
      },
    ],
  },
  {
    name: 'an account without people has what its own facts give; parts never give more than their weight',
    asOfDate: '2026-03-10',
    given: {
      accounts: [{ account_id: 'alone' }, { account_id: 'full' }, { account_id: 'nothing' }],
      leads: {
        lead_score_states: ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'].map((id) =>
          lead(id, 'full', { fit: 30, engagement: 40, raw: 9 }),
        ),
        lead_score_accounts: [{ account_id: 'alone', fit_micro: 12e6 }],
      },
      intent: { intent_rows: [{ account_id: 'full', points_micro: 20e6 }] },
      committee: { buying_committee_rows: [{ account_id: 'full', engaged_micro: 50e6, roles_micro: 50e6 }] },
    },
    expected: [
      { entity_id: 'alone', score: 14, stage: 'target', score_reasons: ['Fits who we sell to (+14 points).'] },
      { entity_id: 'full', score: 100, stage: 'decision' },
      { entity_id: 'nothing', score: 0, stage: 'target', score_reasons: [] },
    ],
  },
  {
    name: 'purchase is an opportunity that is not lost, by account or by person; two who want to buy are a decision, one is not',
    asOfDate: '2026-03-10',
    given: {
      accounts: [
        { account_id: 'by-id', identities: ['by-id', 'crm/7'] },
        { account_id: 'by-person' },
        { account_id: 'lost' },
        { account_id: 'two' },
        { account_id: 'one' },
      ],
      people: [
        {
          person_id: 'u1',
          account_id: 'by-person',
          identities: [
            ['user', 'u1'],
            ['email', 'ann@acme.com'],
          ],
        },
      ],
      opportunities: [
        tells('o1', '2026-03-01', 'proposal', { account_id: 'crm/7' }),
        tells('o2', '2026-03-01', 'won', { identity_kind: 'email', identity: 'ann@acme.com' }),
        tells('o3', '2026-03-01', 'proposal', { account_id: 'lost' }),
        tells('o3', '2026-03-09', 'lost', {}),
      ],
      leads: {
        lead_score_states: [
          lead('u2', 'two', { buys: true }),
          lead('u3', 'two', { buys: true }),
          lead('u4', 'one', { buys: true }),
          lead('u1', 'by-person', {}),
        ],
      },
    },
    expected: [
      { entity_id: 'by-id', stage: 'purchase' },
      { entity_id: 'by-person', stage: 'purchase' },
      { entity_id: 'lost', stage: 'target' },
      { entity_id: 'one', stage: 'target' },
      { entity_id: 'two', stage: 'decision' },
    ],
  },
  {
    name: 'goes on from the run before',
    asOfDate: '2026-03-10',
    given: {
      accounts: [{ account_id: 'acme' }],
      leads: { ...NO_PERSON, lead_score_accounts: [{ account_id: 'acme', fit_micro: 30e6 }] },
      previous: { account_score_rows: [{ account_id: 'acme', score: 60, stage: 'consideration' }] },
    },
    expected: [
      { entity_id: 'acme', score: 35, previous_score: 60, stage: 'awareness', previous_stage: 'consideration' },
    ],
  },
]);
