import { defineCases } from '../../testing/model-case';

export const cases = defineCases([
  {
    name: 'counts the days on which any identity of a person did something, those of the look-back',
    asOfDate: '2026-11-23',
    settings: { look_back_days: 7 },
    given: {
      people: [
        {
          person_id: 'u1',
          email: 'ann@acme.com',
          identities: [
            ['user', 'u1'],
            ['anonymous', 'a1'],
          ],
        },
        { person_id: 'u2', email: 'u2@acme.com', identities: [['user', 'u2']], chunk: 1 },
        { person_id: 'u3', identities: [['user', 'u3']], do_not_score: true },
      ],
      days: [
        { day: '2026-11-22', identity_kind: 'user', identity: 'u1', signal_class: 'session' },
        { day: '2026-11-22', identity_kind: 'anonymous', identity: 'a1', signal_class: 'session' },
        { day: '2026-11-16', identity_kind: 'anonymous', identity: 'a1', signal_class: 'other' },
        { day: '2026-11-15', identity_kind: 'user', identity: 'u1', signal_class: 'session' },
        { day: '2026-11-22', identity_kind: 'user', identity: 'u3', signal_class: 'session' },
      ],
    },
    expected: [
      {
        entity_id: 'u1',
        email: 'ann@acme.com',
        score: null,
        score_reasons: ['Active on 2 days of the last 7.'],
        values: { active_days: 2 },
      },
      { entity_id: 'u2', score_reasons: ['Active on 0 days of the last 7.'], values: { active_days: 0 } },
    ],
  },
]);
