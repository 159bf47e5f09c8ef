import { createTicker } from '../schedule/ticks';
import { chooseInstants, isHorizonOver } from './choose-instants';

const zone = 'America/New_York';
const DAY_MS = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T00:00:00-05:00`);
const datesOf = (instants: readonly number[]): string[] =>
  instants.map((tick) => new Date(tick).toISOString().slice(0, 16));

const given = (more: Partial<Parameters<typeof chooseInstants>[0]> = {}) =>
  datesOf(
    chooseInstants({
      ticker: createTicker('0 2 * * *', zone),
      zone,
      from: at('2024-11-28'),
      through: at('2026-11-28'),
      isAsked: false,
      horizonMs: 90 * DAY_MS,
      toldThrough: at('2026-11-28'),
      ...more,
    }),
  );

it('takes the first tick of each of the last twelve months whose horizon has passed', () => {
  const instants = given();
  expect(instants).toHaveLength(12);
  expect([instants[0], instants.at(-1)]).toEqual(['2025-09-01T06:00', '2026-08-01T06:00']);
});

it('adds younger months up to six where there are fewer', () => {
  const instants = given({ from: at('2026-06-15') });
  expect(instants).toEqual([
    '2026-07-01T06:00',
    '2026-08-01T06:00',
    '2026-09-01T06:00',
    '2026-10-01T06:00',
    '2026-11-01T07:00',
  ]);
});

it('takes all of a range that is asked for; the first tick of its first month may lie before it', () => {
  expect(given({ isAsked: true, from: at('2026-09-02'), through: at('2026-11-28') })).toEqual([
    '2026-10-01T06:00',
    '2026-11-01T07:00',
  ]);
});

it('goes by the schedule of the model: of weekly ticks the first of a month', () => {
  const ticker = createTicker('30 0 * * 1', zone);
  expect(given({ ticker, isAsked: true, from: at('2026-10-01') })).toEqual(['2026-10-05T04:30', '2026-11-02T05:30']);
});

it('knows a horizon when the end itself is known', () => {
  expect([isHorizonOver(0, 10, 10), isHorizonOver(0, 10, 11)]).toEqual([false, true]);
});
