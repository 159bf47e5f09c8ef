import { defineCases } from '../../testing/model-case';

const person = (person_id: string, roles: readonly string[]) => ({ person_id, buying_roles: roles });
/** Raw points of a person: of the last 30 days, of the last 14, and 14 days before. */
const lead = (entity_id: string, account_id: string, active: number, recent = 0, before = 0) => ({
  entity_id,
  account_id,
  active_raw_micro: active * 1e6,
  recent_raw_micro: recent * 1e6,
  before_raw_micro: before * 1e6,
});

export const cases = defineCases([
  {
    name: '3 engaged, 2 of 4 required roles: 30 + 25',
    asOfDate: '2026-03-10',
    given: {
      accounts: [{ account_id: 'acme', tier: 'mid' }],
      people: [
        person('u1', ['champion', 'user']),
        person('u2', ['legal']),
        person('u3', []),
        // Active, not engaged: her role is not seen.
        person('u4', ['economic_buyer']),
      ],
      leads: {
        lead_score_states: [
          lead('u1', 'acme', 3, 3, 0),
          lead('u2', 'acme', 40, 40, 40),
          lead('u3', 'acme', 5, 0, 5),
          lead('u4', 'acme', 2.999999, 2, 2),
          lead('u5', '', 50, 50, 0),
        ],
      },
    },
    expected: [
      {
        entity_id: 'acme',
        entity_kind: 'account',
        score: 55,
        tier: 'mid',
        score_reasons: [
          '3 people are engaged.',
          'Roles that are there: champion, user.',
          'Roles that are missing: economic_buyer, technical_evaluator.',
        ],
        values: {
          engaged: 3,
          momentum: 0,
          roles: ['champion', 'user'],
          missing_roles: ['economic_buyer', 'technical_evaluator'],
        },
      },
    ],
  },
  {
    name: 'momentum counts people engaged in the last days minus those before; an account without active people has no row',
    asOfDate: '2026-03-10',
    settings: { roles: { required: ['champion'] } },
    given: {
      accounts: [{ account_id: 'warm' }, { account_id: 'cold' }],
      people: [person('u1', ['champion'])],
      leads: {
        lead_score_states: [
          ...['u1', 'u2', 'u3', 'u4', 'u5', 'u6'].map((id) => lead(id, 'warm', 9, 9, 0)),
          lead('u7', 'cold', 1, 0, 9),
          lead('u8', 'gone', 0, 0, 9),
        ],
      },
    },
    expected: [
      { entity_id: 'cold', score: 0, values: { engaged: 0, momentum: -1, roles: [], missing_roles: ['champion'] } },
      { entity_id: 'warm', score: 100, values: { engaged: 6, momentum: 6, roles: ['champion'], missing_roles: [] } },
    ],
  },
]);
