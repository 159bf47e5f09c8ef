import type { CustomerStory, JourneyStory, MoveStory } from '@millrace/simulation';

import { findPast, type PastFindings } from './find-past';
import type { Health } from './read-past';

const NOTHING: PastFindings = { health: [], channels: [], sums: [], moved: [] };
const customer = (part: Partial<CustomerStory>): CustomerStory => ({
  kind: 'use_drops',
  accountId: 'a1',
  expect: 'at_risk',
  risk: 'usage',
  text: 'Acme falls silent.',
  ...part,
});
const TWIN = customer({ kind: 'use_goes_on', expect: 'healthy', risk: null });
const health = (part: Partial<Health>): Health => ({
  account_id: 'a1',
  band: 'green',
  is_at_risk: false,
  risks: [],
  ...part,
});

const JOURNEYS: JourneyStory = {
  month: '2026-10',
  conversion: 'opportunity_created',
  conversions: 2,
  first: { social: 2 },
  last: { social: 1, email: 1 },
  text: 'Two deals.',
};
const sum = (conversions: number) => ({
  conversion: 'opportunity_created',
  rule: 'first',
  conversions,
  credit: conversions,
  value_minor: 0,
  credited_minor: 0,
  is_equal: true,
});
const channel = (name: string, first: number, last: number) => ({
  conversion: 'opportunity_created',
  channel: name,
  first,
  last,
  markov: 1,
});

const MOVE: MoveStory = {
  personId: 'u1',
  email: 'u1@acme.example',
  more: ['pricing_visit'],
  less: ['demo_request'],
  text: 'Ann looks.',
};
const moved = (...points: readonly [string, number][]) => ({
  person_id: 'u1',
  lead: 'u1@acme.example',
  on: '2026-11-28',
  before: 1,
  after: 2,
  moves: points.map(([of, by]) => ({ of, points: by, text: '' })),
});

const isFound = (
  stories: { customers?: CustomerStory[]; journeys?: JourneyStory[]; moves?: MoveStory[] },
  findings: Partial<PastFindings>,
): (boolean | undefined)[] =>
  findPast({ customers: [], journeys: [], moves: [], ...stories }, { ...NOTHING, ...findings }).map(
    (story) => story.is_found,
  );

describe('stories of the past', () => {
  it.each([
    [
      'at risk for the reason that the story gives',
      customer({}),
      [health({ is_at_risk: true, risks: ['usage', 'red'] })],
      true,
    ],
    ['at risk for another reason', customer({}), [health({ is_at_risk: true, risks: ['payment'] })], false],
    ['not at risk', customer({}), [health({})], false],
    ['unknown', customer({}), [], false],
    ['a healthy twin', TWIN, [health({})], true],
    ['a twin that is flagged', TWIN, [health({ is_at_risk: true, risks: ['usage'] })], false],
    ['a twin without a band', TWIN, [health({ band: 'none' })], false],
  ])('customer %s', (_what, story, found, expected) => {
    expect(isFound({ customers: [story] }, { health: found })).toEqual([expected]);
  });

  it.each([
    ['as told', [channel('social', 2, 1), channel('email', 0, 1)], 2, true],
    ['with others beside', [channel('social', 3, 1), channel('email', 0, 2)], 3, true],
    ['with less for a channel', [channel('social', 1, 1), channel('email', 0, 1)], 2, false],
    ['with fewer conversions', [channel('social', 2, 1), channel('email', 0, 1)], 1, false],
    ['without credit', [], 2, false],
  ])('journeys %s', (_what, channels, conversions, expected) => {
    expect(isFound({ journeys: [JOURNEYS] }, { channels, sums: [sum(conversions)] })).toEqual([expected]);
  });

  it.each([
    ['for both reasons', [moved(['pricing_visit', 9], ['demo_request', -4])], true],
    ['for one of them', [moved(['pricing_visit', 9])], false],
    ['the other way', [moved(['pricing_visit', -9], ['demo_request', -4])], false],
    ['not at all', [], false],
  ])('a lead moves %s', (_what, found, expected) => {
    expect(isFound({ moves: [MOVE] }, { moved: found })).toEqual([expected]);
  });
});
