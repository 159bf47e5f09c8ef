import { findModel, type Score } from '@millrace/catalog-models';
import { publishedShares, type ModelCase } from '@millrace/catalog-models/testing';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { attributionOracle, type JourneyEvent } from './testing/attribution-oracle';
import { giveCase } from './testing/run-model-case';
import { install } from './testing/seed';

const FROM = Date.parse('2026-11-01T00:00:00Z');
const UNTIL = Date.parse('2026-12-01T00:00:00Z');
const HOUR = 3_600_000;
const CHANNELS = ['direct', 'display', 'email', 'organic', 'paid_search', 'referral', 'social'];

const fresh = Math.floor(Math.random() * 2 ** 31);
const attribution = findModel('attribution') as Score;

/** A small generator of Park and Miller, so that a seed says it all. */
function createRandom(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Touches and conversions of people from before the look-back until after the month, many of them at one instant. */
function randomEvents(seed: number): JourneyEvent[] {
  const random = createRandom(seed);
  const at = (): number => FROM - 130 * 24 * HOUR + random(165 * 24) * HOUR + (random(3) - 1);
  return Array.from({ length: 150 }, (_, person) => `p${person}`).flatMap((unit) => [
    ...Array.from({ length: random(9) }, () => ({ unit, at: at(), channel: CHANNELS[random(CHANNELS.length)] ?? '' })),
    ...Array.from({ length: random(4) }, (_, number) => ({
      unit,
      at: at(),
      conversion: `${unit}-${number}`,
      value: random(3) * random(100_001),
    })),
  ]);
}

const timeOf = (at: number): string => new Date(at).toISOString().replace('Z', '');

/** Every second touch is a visit, the others are signals. */
function givenOf(events: readonly JourneyEvent[]): ModelCase {
  const of = ({ unit, at }: JourneyEvent) => ({ day: timeOf(at).slice(0, 10), identity_kind: 'user', identity: unit });
  const touches = events.filter(({ channel }) => channel !== undefined);
  return {
    name: 'random journeys',
    asOfDate: '2026-12-01',
    settings: { periods: ['month'], conversions: ['trial_started'] },
    given: {
      people: [...new Set(events.map(({ unit }) => unit))].map((unit) => ({
        person_id: unit,
        identities: [['user', unit]],
      })),
      sessions: touches
        .filter((_, index) => index % 2 === 0)
        .map((touch) => ({
          ...of(touch),
          visitor_kind: 'user',
          visitor: touch.unit,
          started_at: timeOf(touch.at),
          channel: touch.channel,
        })),
      signals: [
        ...touches
          .filter((_, index) => index % 2 === 1)
          .map((touch, index) => ({
            ...of(touch),
            kind: 'touch',
            signal_id: `t${index}`,
            occurred_at: timeOf(touch.at),
            channel: touch.channel,
          })),
        ...events
          .filter(({ conversion }) => conversion !== undefined)
          .map((event) => ({
            ...of(event),
            kind: 'trial',
            signal_id: event.conversion,
            occurred_at: timeOf(event.at),
            amount: ((event.value ?? 0) / 100).toFixed(2),
          })),
      ],
    },
    expected: [],
  };
}

describe('attribution in SQL against the same rules in another way', () => {
  const stack = useStack();
  let connections: Connections;
  beforeAll(async () => {
    connections = await install(stack);
  });
  afterAll(() => closeConnections(connections));

  const creditOf = async (events: readonly JourneyEvent[]): Promise<Map<string, readonly [bigint, bigint]>> => {
    const given = await giveCase(connections.clickhouse, attribution, givenOf(events));
    const { runId } = await given.run();
    const rows = await connections.clickhouse.query<Record<string, string>>(
      `select rule, channel, toString(credit_millionths) as credit, toString(value_minor) as value
      from attribution_credit_of(run_id = {run_id: String})`,
      { run_id: runId },
    );
    return new Map(
      rows.map(({ rule, channel, credit = '', value = '' }) => [
        `${rule}/${channel}`,
        [BigInt(credit), BigInt(value)] as const,
      ]),
    );
  };

  it.each([1, 2, 3, fresh])('random journeys, seed %i', async (seed) => {
    const events = randomEvents(seed);
    const expected = attributionOracle(events, FROM, UNTIL);
    const found = await creditOf(events);
    expect([...found].sort()).toEqual([...expected].sort());
    const sumOf = (rule: string): bigint =>
      [...found].filter(([name]) => name.startsWith(`${rule}/`)).reduce((sum, [, [credit]]) => sum + credit, 0n);
    const conversions = events.filter(({ conversion, at }) => conversion !== undefined && at >= FROM && at < UNTIL);
    for (const rule of ['first', 'last', 'linear', 'position', 'time_decay', 'markov', 'shapley']) {
      expect(sumOf(rule)).toBe(BigInt(conversions.length) * 1_000_000n);
    }
  });

  it('agrees with a published implementation where the definition is the same', async () => {
    const { paths, credit, markov_shares: shares } = publishedShares();
    let units = 0;
    const end = UNTIL - HOUR;
    const events = paths.flatMap(({ channels, hours, conversions, nulls }) =>
      Array.from({ length: conversions + nulls }, (_, number): JourneyEvent[] => {
        const unit = `p${units++}`;
        const touches = channels.map((channel, index) => ({ unit, channel, at: end - (hours[index] ?? 0) * HOUR }));
        return number < conversions ? [...touches, { unit, at: end, conversion: unit }] : touches;
      }).flat(),
    );
    const found = await creditOf(events);
    const total = paths.reduce((sum, { conversions }) => sum + conversions, 0);
    const published = {
      ...credit,
      markov: Object.fromEntries(Object.entries(shares).map(([channel, share]) => [channel, share * total])),
    };
    expect(Object.keys(published).sort()).toEqual(['first', 'last', 'linear', 'markov', 'position', 'time_decay']);
    for (const [rule, byChannel] of Object.entries(published)) {
      for (const [channel, conversions] of Object.entries(byChannel)) {
        const [millionths = 0n] = found.get(`${rule}/${channel}`) ?? [];
        // Each conversion is rounded to a millionth.
        expect(Math.abs(Number(millionths) - conversions * 1e6)).toBeLessThanOrEqual(total);
      }
    }
  });
});
