import { defineCases } from '../../testing/model-case';

const FITS = { industry: 'software', employees: 100, country: 'US' };
const day = (account: string, on: string, signal_class: string, account_kind = 'account') => ({
  day: on,
  account_kind,
  account,
  signal_class,
  count: 1,
  last_occurred_at: `${on}T12:00:00Z`,
  signal_ids: [`${account}-${signal_class}`],
});
const part = (component: string, signal_class: string, points: number, more: object = {}): unknown => ({
  component,
  signal_class,
  day: null,
  points,
  count: 1,
  weight: points,
  age_days: null,
  signal_ids: [],
  ...more,
});
const fit = [part('fit', 'country', 4), part('fit', 'employees', 8), part('fit', 'industry', 8)];
const lost = { day: '2026-03-09', age_days: 1, signal_ids: ['crm/7-closed_lost'] };

export const cases = defineCases([
  {
    name: 'an opportunity that the account lost takes points from all of its people, until it has another; intent is one row',
    asOfDate: '2026-03-10',
    given: {
      people: [
        { person_id: 'u1', account_id: 'lost', identities: [['user', 'u1']] },
        { person_id: 'u2', account_id: 'lost', identities: [['user', 'u2']] },
        { person_id: 'u3', account_id: 'again', identities: [['user', 'u3']] },
        { person_id: 'u4', account_id: 'reads', identities: [['user', 'u4']] },
      ],
      accounts: [
        { account_id: 'lost', identities: ['lost', 'crm/7'], ...FITS },
        { account_id: 'again', identities: ['again'], domain: 'again.example', ...FITS },
        { account_id: 'reads', identities: ['reads'], ...FITS },
      ],
      account_days: [
        day('crm/7', '2026-03-08', 'opportunity'),
        day('crm/7', '2026-03-09', 'closed_lost'),
        day('again.example', '2026-03-08', 'closed_lost', 'domain'),
        day('again', '2026-03-09', 'opportunity'),
      ],
      // What a person's own signals say of an opportunity is the account's as well.
      days: [
        {
          day: '2026-02-01',
          identity_kind: 'user',
          identity: 'u2',
          signal_class: 'closed_lost',
          count: 1,
          last_occurred_at: '2026-02-01T12:00:00Z',
        },
      ],
      intent: {
        intent_rows: [
          {
            account_id: 'reads',
            points_micro: 12_666_666,
            topics: [{ topic: 'crm', provider: 'one', observed_on: '2026-03-10', signal_ids: ['i1'] }],
          },
        ],
      },
    },
    expected: [
      {
        entity_id: 'u1',
        score: 10,
        contributions: [...fit, part('negative', 'closed_lost', -10, lost)],
      },
      {
        entity_id: 'u2',
        score: 10,
        contributions: [...fit, part('negative', 'closed_lost', -10, lost)],
      },
      { entity_id: 'u3', score: 20, contributions: fit },
      {
        entity_id: 'u4',
        score: 33,
        contributions: [...fit, part('intent', 'intent', 13, { weight: 20, signal_ids: ['i1'] })],
        score_reasons: [
          'The company reads about our topics (+13 points).',
          'Company size fits (+8 points).',
          'Industry fits (+8 points).',
        ],
      },
    ],
  },
]);
