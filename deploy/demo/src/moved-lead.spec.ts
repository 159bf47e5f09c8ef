import { movedLeadOf } from './moved-lead';

const ANSWER = {
  entity_id: 'u1',
  email: 'ann@acme.example',
  score: 49,
  previous_score: 44,
  run: { run_id: 'r', as_of_date: '2026-11-28' },
  moved: [
    {
      component: 'engagement',
      signal_class: 'pricing_visit',
      before: 0,
      after: 9,
      change: 9,
      why: 'new on 2026-11-27',
    },
    { component: 'engagement', signal_class: 'demo_request', before: 18, after: 14, change: -4, why: 'it is older' },
    { component: 'rfm', signal_class: 'rfm', before: 1, after: 0, change: -1, why: 'the fact changed' },
  ],
};

describe('a moved lead', () => {
  it('is what explain says, in sentences', () => {
    expect(movedLeadOf(ANSWER)).toEqual({
      person_id: 'u1',
      lead: 'ann@acme.example',
      on: '2026-11-28',
      before: 44,
      after: 49,
      moves: [
        { of: 'pricing_visit', points: 9, text: 'Pricing visit gives 9 points more: new on 2026-11-27.' },
        { of: 'demo_request', points: -4, text: 'Demo request gives 4 points less: it is older.' },
        { of: 'rfm', points: -1, text: 'Rfm gives 1 point less: the fact changed.' },
      ],
    });
  });

  it('refuses what is not an explanation', () => {
    expect(() => movedLeadOf({ entity_id: 'u1' })).toThrow();
  });
});
