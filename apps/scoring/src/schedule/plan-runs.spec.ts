import { leadScore, parseModelSettings, type Schedule } from '@millrace/catalog-models';

import type { SealHead } from '../chain/seal-head';
import { orderSchedules } from './order-schedules';
import { planRuns, type DecisionView, type ScheduledModel } from './plan-runs';
import { UNCLAIMED } from './tick-state';
import { createTicker } from './ticks';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NEW_YORK = 'America/New_York';
const at = (text: string): number => Date.parse(text);

const model = (name: string, schedule: Partial<Schedule> = {}, more: Partial<ScheduledModel> = {}): ScheduledModel => {
  const parsed = parseModelSettings(leadScore, { schedule }, 'a test').settings.schedule;
  return {
    name,
    schedule: parsed,
    ticker: createTicker(parsed.cron, parsed.zone ?? NEW_YORK),
    sameInstant: [],
    spillMs: 0,
    ...more,
  };
};
/** Windows of an hour with 10 minutes of grace, sealed as soon as they may be. */
const sealedAt = (now: number): SealHead => ({
  closedThrough: Math.floor((now - 10 * MINUTE) / HOUR) * HOUR + 10 * MINUTE,
  windowSizeMs: HOUR,
  graceMs: 10 * MINUTE,
});
/** A log in which `settled` are done and each model was first seen at `since`. */
const logOf = (since: string | undefined, ...settled: [model: string, tick: string][]): DecisionView => ({
  firstDecisionAt: () => (since === undefined ? undefined : at(since)),
  tickState: (name, instant) => ({
    ...UNCLAIMED,
    isDone: settled.some(([of, tick]) => of === name && at(tick) === instant),
  }),
});

interface Given {
  readonly models: readonly ScheduledModel[];
  readonly now: string;
  readonly log?: DecisionView;
  readonly head?: SealHead | undefined;
  readonly startedAt?: string;
}
const plan = ({ models, now, log = logOf('2026-01-01T00:00Z'), startedAt = now, ...given }: Given): string[] =>
  planRuns(models, log, 'head' in given ? given.head : sealedAt(at(now)), at(now), {
    startedAt: at(startedAt),
    catchUpMs: 14 * DAY,
    zone: NEW_YORK,
  }).map(({ model: name, asOf, waitsFor }) =>
    [name, short(asOf), ...waitsFor.map((wait) => ('run' in wait ? wait.run : wait.window))].join(' '),
  );
const short = (instant: number): string => new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');

const lead = model('lead', { catch_up: false });

describe('a tick waits for windows', () => {
  const weekly = { cron: '30 0 * * 1', catch_up: false };
  it.each([
    ['the day before is complete', lead, '2026-11-24T07:00Z', ['lead 2026-11-24T07:00Z']],
    [
      'a day that reads half an hour forward is open at 01:09 local time',
      model('health', weekly, { spillMs: 30 * MINUTE }),
      '2026-11-23T06:09Z',
      ['health 2026-11-23T05:30Z 2026-11-23T05:00Z/2026-11-23T06:00Z'],
    ],
    [
      'and complete at 01:10',
      model('health', weekly, { spillMs: 30 * MINUTE }),
      '2026-11-23T06:10Z',
      ['health 2026-11-23T05:30Z'],
    ],
    [
      'without a spill it is complete at 00:30',
      model('health', weekly),
      '2026-11-23T05:30Z',
      ['health 2026-11-23T05:30Z'],
    ],
    [
      'through the last sealed hour: the window that ends at the tick is open',
      model('hourly', { cron: '0 * * * *', through: 'last_sealed_hour', catch_up: false }),
      '2026-11-24T12:05Z',
      ['hourly 2026-11-24T12:00Z 2026-11-24T11:00Z/2026-11-24T12:00Z'],
    ],
    [
      'and sealed after its grace; the window that holds the tick is not waited for',
      model('hourly', { cron: '30 * * * *', through: 'last_sealed_hour', catch_up: false }),
      '2026-11-24T12:30Z',
      ['hourly 2026-11-24T12:30Z'],
    ],
  ])('%s', (_name, one, now, planned) => expect(plan({ models: [one], now })).toEqual(planned));

  it('and names no window before the first is sealed', () => {
    expect(plan({ models: [lead], now: '2026-11-24T07:00Z', head: undefined })).toEqual([
      'lead 2026-11-24T07:00Z no window has been sealed yet',
    ]);
  });
});

describe('missed ticks', () => {
  const daily = model('lead');
  it.each([
    [
      'come in order, each behind the one before',
      daily,
      logOf('2026-11-21T07:00Z', ['lead', '2026-11-21T07:00Z']),
      [
        'lead 2026-11-22T07:00Z',
        'lead 2026-11-23T07:00Z lead@2026-11-22T07:00:00.000Z',
        'lead 2026-11-24T07:00Z lead@2026-11-23T07:00:00.000Z',
      ],
    ],
    [
      'are left out where a run of their instant is there',
      daily,
      logOf('2026-11-22T07:00Z', ['lead', '2026-11-23T07:00Z']),
      ['lead 2026-11-22T07:00Z', 'lead 2026-11-24T07:00Z lead@2026-11-22T07:00:00.000Z'],
    ],
    ['do not exist before the model was up for the first time', daily, logOf(undefined), []],
    [
      'of a model that does not catch up are only the newest',
      lead,
      logOf('2026-11-01T07:00Z'),
      ['lead 2026-11-24T07:00Z'],
    ],
    ['and when that has run, none', lead, logOf('2026-11-01T07:00Z', ['lead', '2026-11-24T07:00Z']), []],
    [
      'of a monthly schedule go back one period',
      model('monthly', { cron: '0 3 1 * *' }),
      logOf('2026-08-01T07:00Z'),
      ['monthly 2026-11-01T08:00Z'],
    ],
  ])('%s', (_name, one, log, planned) => {
    expect(plan({ models: [one], now: '2026-11-24T12:00Z', log })).toEqual(planned);
  });

  it('go back 14 days', () => {
    const planned = plan({ models: [daily], now: '2026-11-24T12:00Z' });
    expect([planned.length, planned[0]]).toEqual([14, 'lead 2026-11-11T07:00Z']);
  });

  it('a first tick is one that comes after the start', () => {
    const first = { models: [daily], log: logOf(undefined), startedAt: '2026-11-24T07:00Z' };
    expect(plan({ ...first, now: '2026-11-24T07:01Z' })).toEqual(['lead 2026-11-24T07:00Z']);
    expect(plan({ ...first, startedAt: '2026-11-24T07:00:01Z', now: '2026-11-24T07:01Z' })).toEqual([]);
  });
});

describe('a tick comes after those of other models', () => {
  const rfm = model('rfm', { cron: '0 2 * * *' });
  const score = model('score', { cron: '0 2 * * *', after: ['rfm'] });
  const nightBefore: [string, string][] = ['rfm', 'score'].map((name) => [name, '2026-11-23T07:00Z']);
  const since = '2026-11-23T07:00Z';

  it.each([
    [
      'of the same instant, whatever the order of the models',
      [score, rfm],
      logOf(since, ...nightBefore),
      ['rfm 2026-11-24T07:00Z', 'score 2026-11-24T07:00Z rfm@2026-11-24T07:00:00.000Z'],
    ],
    [
      'not when that is settled',
      [rfm, score],
      logOf(since, ...nightBefore, ['rfm', '2026-11-24T07:00Z']),
      ['score 2026-11-24T07:00Z'],
    ],
    [
      'since its own tick before, all of them',
      [model('rfm', { cron: '0 */8 * * *' }), score],
      logOf(since, ['score', since], ['rfm', '2026-11-23T13:00Z']),
      [
        'rfm 2026-11-23T21:00Z',
        'rfm 2026-11-24T05:00Z rfm@2026-11-23T21:00:00.000Z',
        'score 2026-11-24T07:00Z rfm@2026-11-23T21:00:00.000Z rfm@2026-11-24T05:00:00.000Z',
      ],
    ],
    [
      'not one that comes later',
      [model('rfm', { cron: '0 3 * * *' }), score],
      logOf(since, ...nightBefore, ['rfm', '2026-11-23T08:00Z']),
      ['score 2026-11-24T07:00Z', 'rfm 2026-11-24T08:00Z'],
    ],
    [
      'and the one of the very instant whose run it reads',
      [rfm, model('health', { cron: '0 2 * * 2' }, { sameInstant: ['rfm'] })],
      logOf(since, ['rfm', since]),
      ['rfm 2026-11-24T07:00Z', 'health 2026-11-24T07:00Z rfm@2026-11-24T07:00:00.000Z'],
    ],
    [
      'not of another instant, if it only reads that of its own',
      [rfm, model('health', { cron: '0 3 * * 2' }, { sameInstant: ['rfm'] })],
      logOf(since, ['rfm', since]),
      ['rfm 2026-11-24T07:00Z', 'health 2026-11-24T08:00Z'],
    ],
  ])('%s', (_name, models, log, planned) => {
    expect(plan({ models, now: '2026-11-24T10:00Z', log })).toEqual(planned);
  });

  it('those that others wait for come first, else the order given holds', () => {
    const given = [model('d'), model('b', { after: ['c'] }), model('a', {}, { sameInstant: ['b'] }), model('c')];
    expect(orderSchedules(given).map(({ name }) => name)).toEqual(['d', 'c', 'b', 'a']);
  });

  it.each([
    [
      'a circle',
      [model('a', { after: ['b'] }), model('b', { after: ['c'] }), model('c', { after: ['a'] })],
      'in a circle: a -> b -> c -> a',
    ],
    ['itself', [model('a', { after: ['a'] })], 'in a circle: a -> a'],
    [
      'a circle with a run it reads',
      [model('a', { after: ['b'] }), model('b', {}, { sameInstant: ['a'] })],
      'a -> b -> a',
    ],
    [
      'nobody',
      [model('a', { after: ['person_days'] }), model('b')],
      'schedule.after of a names person_days, which has no schedule',
    ],
  ])('%s is refused', (_name, models, why) => {
    expect(() => orderSchedules(models)).toThrow(expect.objectContaining({ name: 'ConfigError' }));
    expect(() => orderSchedules(models)).toThrow(why);
  });
});

describe('a schedule of local time', () => {
  const daily = model('lead', { cron: '30 2 * * *' });
  it.each([
    ['02:30 that does not exist is planned after the gap', '2026-03-08T12:00Z', 'lead 2026-03-08T07:00Z'],
    ['01:30 that exists twice is planned once', '2026-11-01T12:00Z', 'lead 2026-11-01T05:30Z'],
  ])('%s', (_name, now, planned) => {
    const one = now.startsWith('2026-11') ? model('lead', { cron: '30 1 * * *' }) : daily;
    expect(plan({ models: [one], now, log: logOf(new Date(at(now) - 12 * HOUR).toISOString()) })).toEqual([planned]);
  });
});
